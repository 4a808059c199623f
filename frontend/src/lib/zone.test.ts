import { describe, expect, test } from 'vitest';
import { choices, dayAt, fields, moment, read, untilIn, wall } from './zone';

const iso = (at: number) => new Date(at).toISOString();
const at = (text: string) => Date.parse(text);

describe('the clinic’s clock', () => {
	test.each([
		['Europe/Lisbon', '2026-11-24', '09:00', '2026-11-24T09:00:00.000Z'],
		['Europe/Lisbon', '2026-07-24', '09:00', '2026-07-24T08:00:00.000Z'],
		['Europe/Berlin', '2026-11-24', '00:30', '2026-11-23T23:30:00.000Z'],
		['America/New_York', '2026-03-08', '12:00', '2026-03-08T16:00:00.000Z'], // the clocks went forward
		['Asia/Kolkata', '2026-11-24', '09:00', '2026-11-24T03:30:00.000Z'],
		['Pacific/Auckland', '2026-11-24', '09:00', '2026-11-23T20:00:00.000Z']
	])('%s, %s %s', (zone, date, time, want) => {
		expect(iso(read(zone, date, time))).toBe(want);
		expect(fields(zone, read(zone, date, time))).toEqual({ date, time });
	});

	test.each([
		['Europe/Lisbon', { year: 2026, month: 3, day: 29, hour: 1, minute: 30 }],
		['Europe/Berlin', { year: 2026, month: 3, day: 29, hour: 2, minute: 30 }],
		['America/New_York', { year: 2026, month: 3, day: 8, hour: 2, minute: 30 }],
		['Pacific/Auckland', { year: 2026, month: 9, day: 27, hour: 2, minute: 30 }]
	])('a time that is left out when the clocks go forward is an hour later: %s', (zone, w) =>
		expect(wall(zone, moment(zone, w))).toEqual({ ...w, hour: w.hour + 1 })
	);

	test('nonsense', () => {
		expect(read('UTC', '', '09:00')).toBeNaN();
		expect(read('UTC', '2026-11-24', '')).toBeNaN();
	});

	test('the day after a change of the clocks is at the same time of day', () => {
		expect(iso(dayAt('Europe/Berlin', at('2026-10-24T12:00:00Z'), 1, 9))).toBe('2026-10-25T08:00:00.000Z');
		expect(iso(dayAt('Europe/Berlin', at('2026-12-31T12:00:00Z'), 1, 9))).toBe('2027-01-01T08:00:00.000Z');
	});
});

describe('what is offered', () => {
	const names = (now: string) => choices('Europe/Lisbon', at(now)).map((c) => c.name);
	test('on a Tuesday morning', () =>
		expect(names('2026-11-24T10:00:00Z')).toEqual([
			...['In 1 hour', 'This afternoon, 15:00', 'Tomorrow, 9:00', 'Monday, 9:00']
		]));
	test('in the evening there is no afternoon', () =>
		expect(names('2026-11-24T19:00:00Z')).toEqual(['In 1 hour', 'Tomorrow, 9:00', 'Monday, 9:00']));
	test('on a Sunday, Monday is tomorrow', () =>
		expect(names('2026-11-29T19:00:00Z')).toEqual(['In 1 hour', 'Tomorrow, 9:00']));
	test('on a Monday, it is the next one', () => {
		const monday = choices('Europe/Lisbon', at('2026-11-23T10:00:00Z')).at(-1)!;
		expect(iso(monday.at)).toBe('2026-11-30T09:00:00.000Z');
	});

	test('names itself to whoever goes by another one', () => {
		const monday = '2026-11-23T08:00:00Z';
		expect(untilIn('Europe/Berlin', monday, 'Europe/Madrid')).toMatch(/^Monday.*9:00/);
		expect(untilIn('Europe/Berlin', monday, 'Europe/Madrid')).not.toContain('time');
		expect(untilIn('Asia/Kolkata', monday, 'Asia/Karachi')).toMatch(/^Monday.*1:30.*, Kolkata time$/);
	});
});
