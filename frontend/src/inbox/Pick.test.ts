import { flushSync, mount } from 'svelte';
import { expect, it } from 'vitest';
import { Selection } from '../lib/selection.svelte';
import Pick from './Pick.svelte';

it('shows as ticked what is picked, also with Shift', () => {
	const selection = new Selection(() => ['a', 'b', 'c']);
	for (const id of ['a', 'b', 'c'])
		mount(Pick, { target: document.body, props: { selection, id, name: id } });
	flushSync();
	addEventListener('click', () => flushSync()); // as a browser does before the click is over
	const boxes = [...document.querySelectorAll('input')];
	const click = (at: number, shiftKey = false) => {
		boxes[at]!.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
		flushSync();
	};
	const ticked = () => boxes.map((box) => box.checked);
	click(0);
	click(2, true);
	expect([...selection.ids]).toEqual(['a', 'b', 'c']);
	expect(ticked()).toEqual([true, true, true]);
	click(1, true); // picked already
	expect(ticked()).toEqual([true, true, true]);
	click(1);
	expect(ticked()).toEqual([true, false, true]);
});
