import { describe, expect, it } from 'vitest';
import { quietAt } from './quiet';

const night = { on: true, from: '22:00', to: '07:00', days: ['monday', 'saturday'] as const };

describe('quiet times', () => {
	// The 1st of March 2027 is a Monday; Lisbon's clock goes forward on the 28th, at one.
	it.each([
		['2027-03-01T21:59Z', false],
		['2027-03-01T22:00Z', true],
		['2027-03-02T06:59Z', true],
		['2027-03-02T07:00Z', false],
		['2027-03-01T06:00Z', false],
		['2027-03-28T00:30Z', true],
		['2027-03-28T01:30Z', true],
		['2027-03-28T06:30Z', false]
	])('%s', (at, want) => {
		expect(quietAt({ ...night, days: [...night.days] }, new Date(at), 'Europe/Lisbon')).toBe(want);
	});

	it('is never, where it is off', () => {
		expect(quietAt({ ...night, days: ['monday'], on: false }, new Date('2027-03-01T23:00Z'), 'UTC')).toBe(
			false
		);
	});
});
