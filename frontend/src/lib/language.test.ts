import { expect, test } from 'vitest';
import { languageName } from './language';

test('a language is told by its name', () => {
	expect(languageName('it')).toBe('Italian');
	expect(languageName('en-GB')).toContain('English');
	expect(languageName('not a tag')).toBe('not a tag');
});
