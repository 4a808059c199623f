import type { components } from '../lib/openapi.gen';

type Schemas = components['schemas'];
export type Now = Schemas['NowFigures'];
export type Volume = Schemas['VolumeFigures'];
export type Responses = Schemas['ResponseFigures'];
export type Load = Schemas['LoadFigures'];
export type Work = Schemas['WorkFigures'];

const day = 24 * 60 * 60_000;

/** A day such as 2026-03-29, so many days later. */
export const plus = (of: string, days: number) =>
	new Date(Date.parse(`${of}T00:00:00Z`) + days * day).toISOString().slice(0, 10);

/** Today, as the clinic's calendar shows it. */
export const today = (timezone: string, now = Date.now()) =>
	new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now);

/** Every day from the first to the last. */
export function days(from: string, to: string): string[] {
	const out = [];
	for (let d = from; d <= to && out.length < 400; d = plus(d, 1)) out.push(d);
	return out;
}

/** How long, in words that fit a chart: "45 s", "12 min", "3 h 5 min", "2 d 4 h". */
export function duration(seconds: number | null): string {
	if (seconds === null) return 'none';
	if (seconds < 90) return `${Math.round(seconds)} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ''}`;
}

const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
export const shortDay = (d: string) => dateFormat.format(Date.parse(`${d}T00:00:00Z`));
export const longDay = (d: string) => longFormat.format(Date.parse(`${d}T00:00:00Z`));

/** The end of a scale that holds the value: 1, 2 or 5 times a power of ten. */
export function scale(value: number): number {
	const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
	return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value) ?? 10 * power;
}
