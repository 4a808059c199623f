import { describe, expect, it } from 'vitest';
import { named, segments } from './segments';

describe('an SMS is counted as it travels', () => {
	const table: Record<string, [text: string, parts: number, left: number, offender: string]> = {
		nothing: ['', 0, 160, ''],
		'one letter': ['a', 1, 159, ''],
		'a full part': ['a'.repeat(160), 1, 0, ''],
		'one more, and each part carries a header': ['a'.repeat(161), 2, 145, ''],
		'two full parts': ['a'.repeat(306), 2, 0, ''],
		'a third': ['a'.repeat(307), 3, 152, ''],
		'accents that the alphabet has': ['àéèùìòñäöüÄÖÑÜßÇØøÅåÆæ¿¡§', 1, 135, ''],
		'an extension counts two': ['€', 1, 158, ''],
		'each extension': ['^{}\\[~]|€\f', 1, 140, ''],
		'80 of them fill a part': ['{'.repeat(80), 1, 0, ''],
		'81 do not': ['{'.repeat(81), 2, 143, ''],
		'an extension is not cut in two': ['a'.repeat(152) + '€' + 'a'.repeat(20), 2, 131, ''],
		'a letter outside makes it wide': ['São João', 1, 62, 'ã'],
		'a wide part': ['ş'.repeat(70), 1, 0, 'ş'],
		'wide, and one more': ['ş'.repeat(71), 2, 63, 'ş'],
		'an emoji is two units': ['😀', 1, 68, '😀'],
		'35 of them fill a part': ['😀'.repeat(35), 1, 0, '😀'],
		'36 do not, and none is cut in two': ['😀'.repeat(36), 2, 61, '😀'],
		'a curly quote': ['It’s at ten', 1, 59, '’'],
		'in the wide alphabet an extension counts one': ['ş€', 1, 68, 'ş'],
		lines: ['a\nb', 1, 157, '']
	};
	for (const [name, [text, parts, left, offender]] of Object.entries(table))
		it(name, () => expect(segments(text)).toEqual({ parts, left, offender }));

	it('names a character that is not seen', () => {
		expect(named('\u00a0')).toBe('a non-breaking space');
		expect(named('ã')).toBe('“ã”');
	});
});
