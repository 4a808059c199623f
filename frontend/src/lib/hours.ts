import type { Closure, Hours, Span } from './contract';

export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof days)[number];

export const dayName = (day: Day) => day.charAt(0).toUpperCase() + day.slice(1);

/** The end of the day is 24:00 to the server, and midnight to an input. */
export const shown = (to: string) => (to === '24:00' ? '00:00' : to);
export const meant = (to: string) => (to === '00:00' ? '24:00' : to);

/** Tells whether a span ends on the day after. */
export const overnight = (s: Span) => !!s.from && !!s.to && s.to !== '24:00' && s.to < s.from;

/** What to begin with when one more span is added: after the last of the day. */
export function another(spans: Span[]): Span {
	const last = spans.at(-1);
	if (!last) return { from: '08:00', to: '18:00' };
	const hour = Math.min(22, Number(last.to.slice(0, 2)) + 1);
	return {
		from: `${String(hour).padStart(2, '0')}:00`,
		to: `${String(Math.min(24, hour + 4)).padStart(2, '0')}:00`
	};
}

/** In order, as the server answers them: what is wrong is told by place. */
export function inOrder(hours: Hours): Hours {
	return Object.fromEntries(
		days.map((day) => [day, [...hours[day]].sort((a, b) => a.from.localeCompare(b.from))])
	) as Hours;
}

export const byDate = (closures: Closure[]): Closure[] =>
	[...closures].sort((a, b) => a.from.localeCompare(b.from));
