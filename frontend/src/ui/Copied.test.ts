import { flushSync, mount, unmount } from 'svelte';
import { expect, test } from 'vitest';
import Copied from './Copied.svelte';

test('without a clipboard, as on plain http, the link is picked for the key', async () => {
	expect(navigator.clipboard).toBeUndefined();
	const shown = mount(Copied, {
		target: document.body,
		props: { value: 'https://x.example/#token', label: 'Link' }
	});
	flushSync();
	document.querySelector('button')!.click();
	await new Promise((done) => setTimeout(done));
	const field = document.querySelector('input')!;
	expect(field.value.slice(field.selectionStart!, field.selectionEnd!)).toBe(field.value);
	expect(document.querySelector('button')!.textContent).toContain('Copy');
	void unmount(shown);
});
