import { expect, it } from 'vitest';
import { strength } from './password';

it.each([
	['', 0],
	['short', 0],
	['123456789', 0],
	['aaaaaaaaaaaa', 0],
	['sunflower12', 1],
	['9876543210', 1],
	['blue-kettle-7', 2],
	['seven tall mountains', 3]
])('%s is %i', (password, score) => expect(strength(password).score).toBe(score));

it('counts what is missing as people do', () => {
	expect(strength('123456789').word).toBe('1 more character');
	expect(strength('ñññ').word).toBe('7 more characters');
});
