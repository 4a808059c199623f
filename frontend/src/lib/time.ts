// All that the page says of time, in one place.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const wholeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
/** Whole days between two moments, counted by midnights; rounded, as a day may have 23 hours. */
const daysBetween = (from: number, to: number) => Math.round((startOfDay(to) - startOfDay(from)) / day);

/** For a row of the list: "now", "4 min", the clock, a weekday, a date. */
export function short(at: string, now: number): string {
	const then = Date.parse(at);
	const ago = now - then;
	if (ago < minute) return 'now';
	if (ago < hour) return `${Math.floor(ago / minute)} min`;
	const days = daysBetween(then, now);
	if (days === 0) return clockFormat.format(then);
	if (days === 1) return 'Yesterday';
	if (days < 7) return weekdayFormat.format(then);
	return (days < 330 ? dateFormat : yearFormat).format(then);
}

/** How long something has been waiting: "4 min", "3 h", "2 d". */
export function waited(since: string, now: number): string {
	const ms = Math.max(0, now - Date.parse(since));
	if (ms < hour) return `${Math.max(1, Math.floor(ms / minute))} min`;
	if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
	return `${Math.floor(ms / day)} d`;
}

/** The heading above a day's messages. */
export function dayName(at: string, now: number): string {
	const days = daysBetween(Date.parse(at), now);
	if (days === 0) return 'Today';
	if (days === 1) return 'Yesterday';
	return (days < 330 ? longFormat : yearFormat).format(Date.parse(at));
}

export const sameDay = (a: string, b: string) => startOfDay(Date.parse(a)) === startOfDay(Date.parse(b));
export const clock = (at: string) => clockFormat.format(Date.parse(at));
export const whole = (at: string) => wholeFormat.format(Date.parse(at));
export const date = (at: string) => yearFormat.format(Date.parse(at));
export const minutesApart = (a: string, b: string) => Math.abs(Date.parse(a) - Date.parse(b)) / minute;

/** Age in whole years, of a date such as 1986-03-14. */
export function age(born: string, now: number): number {
	const b = new Date(born);
	const n = new Date(now);
	const before =
		n.getMonth() < b.getUTCMonth() || (n.getMonth() === b.getUTCMonth() && n.getDate() < b.getUTCDate());
	return n.getFullYear() - b.getUTCFullYear() - (before ? 1 : 0);
}

/** Now, as the server writes it. */
export const stamp = () => new Date().toISOString().replace('Z', '000Z');
