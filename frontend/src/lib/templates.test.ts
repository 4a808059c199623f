import { expect, test } from 'vitest';
import { fieldsOf, fill, objection } from './templates';

test('fields are filled in, and what is left is named', () => {
	const text = 'Hello {{ patient.first_name }}, at {{time of visit}} or {{time of visit}}?';
	expect(fieldsOf(text)).toEqual(['patient.first_name', 'time of visit']);
	const once = fill(text, { 'patient.first_name': 'Ana', 'time of visit': ' ' });
	expect(once).toBe('Hello Ana, at {{time of visit}} or {{time of visit}}?');
	expect(objection(once)).toBe('Fill in {{time of visit}} first.');
	const twice = fill(once, { 'time of visit': '9:00' });
	expect(twice).toBe('Hello Ana, at 9:00 or 9:00?');
	expect(objection(twice)).toBe('');
	expect(objection('{ one } {{}}')).toBe('Fill in {{}} first.');
});
