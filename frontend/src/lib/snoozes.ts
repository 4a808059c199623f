// Until when a conversation may be put out of the way, by the clinic's clock.
import { dayAt, sameDayIn, toMonday } from './zone';

export type Choice = { name: string; hint: string; until: string };

const hour = 3_600_000; // ms

const iso = (ms: number) => new Date(ms).toISOString();
const clock = { hour: '2-digit', minute: '2-digit' } as const;
const weekday = { weekday: 'long', day: 'numeric', month: 'short' } as const;
const say = (zone: string, ms: number, how: Intl.DateTimeFormatOptions) =>
	new Intl.DateTimeFormat(undefined, { timeZone: zone, ...how }).format(ms);

/** What is offered; a time that has passed, or is as good as now, is not. */
export function choices(zone: string, now: number): Choice[] {
	const times: [string, number][] = [
		['In 1 hour', now + hour],
		['This evening', dayAt(zone, now, 0, 18)],
		['Tomorrow', dayAt(zone, now, 1, 9)],
		['Next Monday', dayAt(zone, now, toMonday(zone, now), 9)]
	];
	const open = times.filter(([name, ms]) => name !== 'This evening' || ms - now > hour);
	return [
		...open.map(([name, ms]) => ({ name, hint: hint(zone, ms, now), until: iso(ms) })),
		{ name: 'Until the patient answers', hint: 'Any snooze ends with an answer', until: 'answer' }
	];
}

const hint = (zone: string, ms: number, now: number) =>
	(sameDayIn(zone, ms, now) ? '' : `${say(zone, ms, weekday)}, `) + say(zone, ms, clock);

/** For a chip: the clock of today, else the day. */
export function shortly(zone: string, until: string | null | undefined, now: number): string {
	if (!until) return 'until an answer';
	const ms = Date.parse(until);
	return `until ${say(zone, ms, sameDayIn(zone, ms, now) ? clock : weekday)}`;
}

/** In words, whole. */
export const until = (zone: string, when: string | null | undefined) =>
	when ? say(zone, Date.parse(when), { dateStyle: 'full', timeStyle: 'short' }) : 'the patient answers';
