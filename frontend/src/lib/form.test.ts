import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { Form } from './form.svelte';

const clinic = { name: 'Elm Street', phone: '', hours: { monday: [{ from: '08:00', to: '12:00' }] } };

describe('a form', () => {
	it('is clean at first, and tells what was changed', () => {
		const form = new Form(clinic);
		expect(form.dirty).toBe(false);
		form.now.hours.monday.push({ from: '13:00', to: '18:00' });
		flushSync();
		expect(form.changed).toEqual(['hours']);
		expect(form.difference()).toEqual({
			hours: { monday: [...clinic.hours.monday, { from: '13:00', to: '18:00' }] }
		});
		expect(clinic.hours.monday).toHaveLength(1);
		form.discard();
		expect(form.dirty).toBe(false);
	});

	it('follows the server where nobody has touched it', () => {
		const form = new Form(clinic);
		form.now.phone = '1234567';
		form.adopt({ ...clinic, name: 'Oak Street' });
		expect(form.now.name).toBe('Oak Street');
		expect(form.now.phone).toBe('1234567');
		expect(form.changed).toEqual(['phone']);
		expect(form.moved).toEqual([]);
	});

	it('keeps what is being edited, and says that it has moved', () => {
		const form = new Form(clinic);
		form.now.name = 'Mine';
		form.adopt({ ...clinic, name: 'Theirs' });
		expect(form.now.name).toBe('Mine');
		expect(form.moved).toEqual(['name']);
		form.discard();
		expect(form.now.name).toBe('Theirs');
		expect(form.moved).toEqual([]);
	});

	it('keeps what is typed while it is saved', () => {
		const form = new Form(clinic);
		form.now.name = ' Mine ';
		form.now.phone = '1234567';
		const sent = form.difference();
		form.now.phone = '1234567 8';
		const saved = { ...clinic, name: 'Mine', phone: '1234567' };
		form.adopt(saved); // the change that everybody is told of may be quicker than the answer
		form.saved(saved, sent);
		expect(form.now).toMatchObject({ name: 'Mine', phone: '1234567 8' });
		expect(form.changed).toEqual(['phone']);
		expect(form.moved).toEqual([]);
		form.saved({ ...saved, phone: '12345678' }, form.difference());
		expect(form.now.phone).toBe('12345678');
		expect(form.dirty).toBe(false);
	});

	it('has nothing to say where both have done the same', () => {
		const form = new Form(clinic);
		form.now.name = 'Oak Street';
		form.adopt({ ...clinic, name: 'Oak Street' });
		expect(form.dirty).toBe(false);
		expect(form.moved).toEqual([]);
	});

	it('takes its own change back from the server as done', () => {
		const form = new Form(clinic);
		form.now.name = 'Mine';
		form.adopt({ ...clinic, name: 'Theirs' });
		form.adopt({ ...clinic, name: 'Mine' });
		expect(form.dirty).toBe(false);
		expect(form.moved).toEqual([]);
	});
});
