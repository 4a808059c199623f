import { expect, it } from 'vitest';
import { leftOf, leftWords, parametersOf, templateName } from './window';

const now = Date.parse('2026-11-28T12:00:00Z');

it('tells how long free text still goes', () => {
	expect(leftOf({ whatsapp_until: null }, now)).toBe(0);
	expect(leftOf({ whatsapp_until: '2026-11-28T11:59:59Z' }, now)).toBe(0);
	expect(leftOf({ whatsapp_until: '2026-11-28T12:10:00Z' }, now)).toBe(600_000);
});

it('says it in words', () => {
	expect(leftWords(30_000)).toBe('less than a minute');
	expect(leftWords(45 * 60_000)).toBe('45 min');
	expect(leftWords(60 * 60_000)).toBe('1 h');
	expect(leftWords(23 * 3_600_000 + 10 * 60_000)).toBe('23 h 10 min');
});

it('orders the fields of a template as its parameters are', () => {
	expect(parametersOf({ body: '{{2}} then {{1}}, {{2}} again, {{10}}' })).toEqual(['1', '2', '10']);
	expect(parametersOf({ body: 'Hello {{name}}, at {{time}}' })).toEqual(['name', 'time']);
	expect(parametersOf({ body: 'Hello' })).toEqual([]);
});

it('names a template as people read it', () => {
	expect(templateName('appointment_reminder')).toBe('Appointment reminder');
});
