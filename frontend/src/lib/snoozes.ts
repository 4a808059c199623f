// Until when a conversation may be put out of the way.
import { clock, sameDay, whole } from './time';

export type Choice = { name: string; hint: string; until: string };

const hour = 3_600_000; // ms

/** At a time of a day that is some days from now. */
function at(now: number, days: number, hours: number): number {
	const day = new Date(now);
	day.setDate(day.getDate() + days);
	return day.setHours(hours, 0, 0, 0);
}

const iso = (ms: number) => new Date(ms).toISOString();
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'short' });

/** What is offered; a time that has passed, or is as good as now, is not. */
export function choices(now: number): Choice[] {
	const monday = (8 - new Date(now).getDay()) % 7 || 7;
	const times: [string, number][] = [
		['In 1 hour', now + hour],
		['This evening', at(now, 0, 18)],
		['Tomorrow', at(now, 1, 9)],
		['Next Monday', at(now, monday, 9)]
	];
	const open = times.filter(([name, ms]) => name !== 'This evening' || ms - now > hour);
	return [
		...open.map(([name, ms]) => ({ name, hint: hint(ms, now), until: iso(ms) })),
		{ name: 'Until the patient answers', hint: 'Any snooze ends with an answer', until: 'answer' }
	];
}

const hint = (ms: number, now: number) =>
	sameDay(iso(ms), iso(now)) ? clock(iso(ms)) : `${weekday.format(ms)}, ${clock(iso(ms))}`;

/** For a chip: the clock of today, else the day. */
export function shortly(until: string | null | undefined, now: number): string {
	if (!until) return 'until an answer';
	const ms = Date.parse(until);
	return sameDay(until, iso(now)) ? `until ${clock(until)}` : `until ${weekday.format(ms)}`;
}

/** In words, whole. */
export const until = (when: string | null | undefined) => (when ? whole(when) : 'the patient answers');

/** What a field of date and time holds, which knows no zone: the browser's own. */
export function local(ms: number): string {
	const d = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
	return d.toISOString().slice(0, 16);
}
