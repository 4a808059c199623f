import { createRawSnippet, flushSync, mount } from 'svelte';
import { expect, it } from 'vitest';
import Menu from './Menu.svelte';

it('offers two people of one name', () => {
	const trigger = createRawSnippet(() => ({ render: () => '<span>Assign</span>' }));
	const items = ['receptionist', 'doctor'].map((hint) => ({ name: 'Ana Costa', hint, run: () => undefined }));
	mount(Menu, { target: document.body, props: { label: 'Assign', items, trigger } });
	document.querySelector('button')?.click();
	flushSync();
	expect(document.querySelectorAll('[role=menuitem]')).toHaveLength(2);
});
