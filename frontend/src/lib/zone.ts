// The clinic's time of day, wherever whoever looks may be.

export type Wall = { year: number; month: number; day: number; hour: number; minute: number };

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
	let known = formats.get(zone);
	if (!known) {
		const numeric = 'numeric' as const;
		known = new Intl.DateTimeFormat('en-GB', {
			...{ timeZone: zone, hourCycle: 'h23', era: undefined },
			...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric }
		});
		formats.set(zone, known);
	}
	return known;
}

/** What a clock on the wall of that zone shows. */
export function wall(zone: string, at: number): Wall {
	const parts = Object.fromEntries(
		format(zone)
			.formatToParts(at)
			.map((p) => [p.type, Number(p.value)])
	);
	return {
		...{ year: parts.year!, month: parts.month!, day: parts.day! },
		...{ hour: parts.hour!, minute: parts.minute! }
	};
}

const asIfUTC = (w: Wall) => Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute);

/** When a clock on the wall of that zone shows this; where it never does, an hour later. */
export function moment(zone: string, w: Wall): number {
	const wanted = asIfUTC(w);
	const step = (at: number) => at + wanted - asIfUTC(wall(zone, at));
	// The first step may land on the other side of a change of the clocks; the second does not,
	// except where what is wanted is left out: there they go by the offsets before and after.
	const first = step(wanted);
	const second = step(first);
	return step(second) === second ? second : Math.max(first, second);
}

/** The day after by so many days, at a time of day. */
export function dayAt(zone: string, from: number, days: number, hour: number): number {
	const w = wall(zone, from);
	const day = new Date(Date.UTC(w.year, w.month - 1, w.day + days));
	return moment(zone, {
		...{ year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() },
		...{ hour, minute: 0 }
	});
}

/** How many days it is to the next Monday; on a Monday seven. */
export function toMonday(zone: string, at: number): number {
	const w = wall(zone, at);
	return (8 - new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay()) % 7 || 7;
}

export type Choice = { name: string; at: number };

/** When a message is likely to be wanted later: the next office times. */
export function choices(zone: string, now: number): Choice[] {
	const monday = toMonday(zone, now);
	const minute = 60_000;
	const all = [
		{ name: 'In 1 hour', at: Math.ceil((now + 60 * minute) / minute) * minute },
		{ name: 'This afternoon, 15:00', at: dayAt(zone, now, 0, 15) },
		{ name: 'Tomorrow, 9:00', at: dayAt(zone, now, 1, 9) },
		...(monday > 1 ? [{ name: 'Monday, 9:00', at: dayAt(zone, now, monday, 9) }] : [])
	];
	return all.filter((c) => c.at > now + 5 * minute);
}

/** For two fields of a form: 2026-11-24 and 09:00. */
export function fields(zone: string, at: number): { date: string; time: string } {
	const w = wall(zone, at);
	const two = (n: number) => String(n).padStart(2, '0');
	return { date: `${w.year}-${two(w.month)}-${two(w.day)}`, time: `${two(w.hour)}:${two(w.minute)}` };
}

/** What two such fields say, or NaN. */
export function read(zone: string, date: string, time: string): number {
	const m = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)/.exec(`${date} ${time}`);
	if (!m) return NaN;
	const [year, month, day, hour, minute] = m.slice(1).map(Number) as [number, number, number, number, number];
	return moment(zone, { year, month, day, hour, minute });
}

/** Whether a clock on the wall of that zone shows the same day. */
export const sameDayIn = (zone: string, a: number, b: number) =>
	fields(zone, a).date === fields(zone, b).date;

/** "Tue, 24 Nov, 09:00", by the clocks of that zone. */
export function whenIn(zone: string, at: string): string {
	return new Intl.DateTimeFormat(undefined, {
		...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' },
		...{ hour: '2-digit', minute: '2-digit' }
	}).format(Date.parse(at));
}

/** "Monday 08:00" by the clocks of that zone, which is named to whoever is elsewhere. */
export function untilIn(zone: string, at: string, from = here): string {
	const ms = Date.parse(at);
	const words = new Intl.DateTimeFormat(undefined, {
		...{ timeZone: zone, weekday: 'long', hour: '2-digit', minute: '2-digit' }
	}).format(ms);
	return asIfUTC(wall(zone, ms)) === asIfUTC(wall(from, ms)) ? words : `${words}, ${zoneName(zone)}`;
}

/** "Lisbon time", for whoever may be elsewhere. */
export const zoneName = (zone: string) =>
	zone === 'UTC' ? 'UTC' : `${zone.split('/').at(-1)!.replaceAll('_', ' ')} time`;

export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
