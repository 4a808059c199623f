import { describe, expect, test } from 'vitest';
import { blank, callOf, durationOf, fault, kept, restored } from './calls';
import { CallTimer, elapsed, inWords, stopwatch } from './calltimer.svelte';

test('what the server would refuse is said before it is asked', () => {
	const now = Date.parse('2026-11-24T10:00:00Z');
	const good = { ...blank(now), minutes: 4, seconds: 30, summary: 'Results' };
	expect(fault(good, now)).toBeNull();
	expect(callOf(good)).toMatchObject({ duration_seconds: 270, started_at: '2026-11-24T10:00:00.000Z' });
	expect(fault({ ...good, date: '' }, now)?.field).toBe('date');
	expect(fault(blank(now + 6 * 60_000), now)?.field).toBe('date');
	expect(fault({ ...good, minutes: 1441 }, now)?.field).toBe('duration');
	expect(fault({ ...good, seconds: -271 }, now)?.field).toBe('duration');
	expect(fault({ ...good, summary: ' ' }, now)?.field).toBe('summary');
	expect(fault({ ...good, summary: '', outcome: 'no_answer' }, now)).toBeNull();
});

test('a form that was half filled in comes back, and nonsense does not', () => {
	expect(restored(JSON.stringify({ summary: 'Half' })).summary).toBe('Half');
	expect(durationOf(restored('{'))).toBe(0);
});

describe('a form that is left and opened again', () => {
	const [nine, three] = ['2026-11-24T09:00', '2026-11-24T15:00'].map((at) => blank(Date.parse(at))) as [
		ReturnType<typeof blank>,
		ReturnType<typeof blank>
	];
	const again = (touched: Partial<typeof nine>) => restored(kept({ ...nine, ...touched }, nine), three);

	test('is blank where nobody had touched it', () => {
		expect(kept(nine, nine)).toBe('');
		expect(again({})).toEqual(three);
	});
	test('keeps the words, and shows the time of now', () =>
		expect(again({ summary: 'Half' })).toEqual({ ...three, summary: 'Half' }));
	test('keeps the time that was set', () =>
		expect(again({ time: '08:10' })).toEqual({ ...three, time: '08:10' }));
	test('keeps the day with the time', () =>
		expect(restored(kept({ ...nine, time: '08:10' }, nine), { ...three, date: '2026-11-25' })).toMatchObject({
			...{ date: '2026-11-24', time: '08:10' }
		}));
	test('keeps the time that a duration goes with, as the timer sets both', () =>
		expect(again({ minutes: 4, seconds: 30 })).toEqual({ ...nine, minutes: 4, seconds: 30 }));
});

test('a stopwatch outlives a reload, and ends for every tab', () => {
	const first = new CallTimer('me');
	first.start('c', 'Frank');
	const second = new CallTimer('me');
	expect(second.running?.name).toBe('Frank');
	expect(new CallTimer('somebody else').running).toBeNull();
	expect(elapsed({ ...second.running!, since: 0 }, 90_400)).toBe(90);
	expect(first.stop()?.seconds).toBe(0);
	expect(new CallTimer('me').running).toBeNull();
	expect([stopwatch(270), stopwatch(3870), inWords(270), inWords(3600), inWords(0)]).toEqual([
		...['4:30', '1:04:30', '4 min 30 s', '1 h', '0 s']
	]);
});
