import { describe, expect, it } from 'vitest';
import { choices, local } from './snoozes';

const at = (s: string) => new Date(s).getTime(); // of the place where this runs
const offered = (s: string) =>
	choices(at(s)).map((c) => [c.name, c.until === 'answer' ? c.until : local(at(c.until))]);

describe('snoozes', () => {
	it('offers an hour, this evening, tomorrow and Monday', () => {
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
});
