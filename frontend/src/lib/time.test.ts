import { describe, expect, it } from 'vitest';
import { age, dayName, short, waited } from './time';
import { uuid } from './uuid';

const now = new Date(2026, 10, 23, 15, 0).getTime();
const ago = (ms: number) => new Date(now - ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;

describe('relative times', () => {
	it('go from minutes to dates', () => {
		expect(short(ago(10_000), now)).toBe('now');
		expect(short(ago(4 * minute), now)).toBe('4 min');
		expect(short(ago(20 * hour), now)).toBe('Yesterday');
		expect(short(ago(400 * 24 * hour), now)).toMatch(/2025/);
		expect(short(new Date(now + 5000).toISOString(), now)).toBe('now'); // the server's clock is ahead
	});

	it('say how long somebody waits', () => {
		expect(waited(ago(0), now)).toBe('1 min');
		expect(waited(ago(90 * minute), now)).toBe('1 h');
		expect(waited(ago(72 * hour), now)).toBe('3 d');
	});

	it('name days', () => {
		expect(dayName(ago(hour), now)).toBe('Today');
		expect(dayName(ago(16 * hour), now)).toBe('Yesterday');
	});

	it('count whole years', () => {
		expect(age('1986-11-23', now)).toBe(40);
		expect(age('1986-11-24', now)).toBe(39);
	});
});

describe('a message id', () => {
	it('is a UUIDv7 that begins with its time', () => {
		const id = uuid(0x0123456789ab);
		expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		expect(uuid()).not.toBe(uuid());
	});
});
