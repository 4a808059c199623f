import { expect, test } from 'vitest';
import { days, duration, plus, scale, today } from './figures';

test('days go on over months and leap years', () => {
	expect(plus('2028-02-28', 1)).toBe('2028-02-29');
	expect(plus('2026-03-01', -1)).toBe('2026-02-28');
	expect(days('2026-03-28', '2026-03-30')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
	expect(days('2026-03-30', '2026-03-28')).toEqual([]);
});

test('today is the clinic’s', () => {
	const at = Date.parse('2026-03-29T23:30:00Z');
	expect(today('Europe/Lisbon', at)).toBe('2026-03-30');
	expect(today('America/Havana', at)).toBe('2026-03-29');
});

test('durations are said in two units at most', () => {
	expect([null, 0, 60, 150, 3600, 11_100, 187_200].map(duration)).toEqual([
		'none',
		'0 s',
		'60 s',
		'3 min',
		'1 h',
		'3 h 5 min',
		'2 d 4 h'
	]);
});

test('a scale holds what it is for', () => {
	expect([0, 1, 3, 6, 14, 100, 101].map(scale)).toEqual([1, 1, 5, 10, 20, 100, 200]);
});
