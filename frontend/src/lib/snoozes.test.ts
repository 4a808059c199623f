import { describe, expect, it } from 'vitest';
import { choices, shortly, until } from './snoozes';
import { fields, read } from './zone';

// Somebody in Lisbon or anywhere else, who works for a clinic on the other side of the day line.
const zone = 'Pacific/Auckland';
const at = (s: string) => read(zone, ...(s.split('T') as [string, string]));
const local = (ms: number) => Object.values(fields(zone, ms)).join('T');
const offered = (s: string) =>
	choices(zone, at(s)).map((c) => [c.name, c.until === 'answer' ? c.until : local(Date.parse(c.until))]);

describe('snoozes', () => {
	it('offers an hour, this evening, tomorrow and Monday, by the clinic’s clock', () => {
		expect(offered('2026-11-24T12:10')).toEqual([
			['In 1 hour', '2026-11-24T13:10'],
			['This evening', '2026-11-24T18:00'],
			['Tomorrow', '2026-11-25T09:00'],
			['Next Monday', '2026-11-30T09:00'],
			['Until the patient answers', 'answer']
		]);
	});

	it('offers no evening that is over or near', () => {
		expect(offered('2026-11-24T17:30').map(([name]) => name)).not.toContain('This evening');
	});

	it('means the Monday to come, on a Sunday and on a Monday', () => {
		expect(offered('2026-11-29T12:00')).toContainEqual(['Next Monday', '2026-11-30T09:00']);
		expect(offered('2026-11-30T12:00')).toContainEqual(['Next Monday', '2026-12-07T09:00']);
	});

	it('is told by the same clock', () => {
		const now = at('2026-11-24T12:00');
		const when = (s: string) => new Date(at(s)).toISOString();
		expect(shortly(zone, when('2026-11-24T18:00'), now)).toMatch(/^until 0?(6:00|18:00)/);
		expect(shortly(zone, when('2026-11-25T09:00'), now)).toContain('25');
		expect(until(zone, when('2026-11-25T09:00'))).toMatch(/25.*9:00/);
	});
});
