import { beforeEach, expect, test } from 'vitest';
import { Refusal } from './api';
import { attempt } from './attempt';
import { toasts } from './toasts.svelte';

beforeEach(() => (toasts.all = []));

test('what is done is not spoken of', async () => {
	expect(await attempt(async () => undefined)).toBe(true);
	expect(toasts.all).toEqual([]);
});

test.each([
	[
		'a refusal',
		new Refusal({ title: 'No', status: 409, code: 'no', detail: 'It is in use.' }),
		'It is in use.'
	],
	['silence', new TypeError('no line'), 'The server did not answer. Try again.']
])('%s is said', async (_, error, says) => {
	expect(await attempt(() => Promise.reject(error))).toBe(false);
	expect(toasts.all).toMatchObject([{ text: says, bad: true }]);
});
