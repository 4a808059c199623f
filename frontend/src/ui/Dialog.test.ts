import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Dialog from './Dialog.svelte';

// As a browser does it: closing tells of itself, opening anew is possible after that.
Object.assign(HTMLDialogElement.prototype, {
	showModal(this: HTMLDialogElement) {
		this.open = true;
	},
	close(this: HTMLDialogElement) {
		this.open = false;
		this.dispatchEvent(new Event('close'));
	}
});

const close = vi.fn();
const ask = vi.fn<(question: string) => boolean>();
let written = '';
let shown: object;
let node: HTMLDialogElement;

beforeEach(() => {
	vi.stubGlobal('confirm', ask);
	close.mockReset();
	ask.mockReset();
	written = '';
	shown = mount(Dialog, {
		target: document.body,
		props: {
			...{ title: 'Hand over', close, dirty: () => written !== '' },
			children: createRawSnippet(() => ({ render: () => '<p><input type="file"></p>' }))
		}
	});
	flushSync();
	node = document.querySelector('dialog')!;
});
afterEach(() => {
	void unmount(shown);
	vi.unstubAllGlobals();
});

/** What the browser does at Escape: it closes where nobody objects. */
function escape() {
	if (node.dispatchEvent(new Event('cancel', { cancelable: true }))) node.close();
}
const ways = {
	Escape: escape,
	'a second Escape, at which a browser does not ask': () => node.close(),
	'a click beside it': () => node.dispatchEvent(new Event('pointerdown', { bubbles: true })),
	'its button': () => node.querySelector('button')!.click()
};

test.each(Object.entries(ways))('%s closes it where nothing was written', (_, leave) => {
	leave();
	expect(ask).not.toHaveBeenCalled();
	expect(close).toHaveBeenCalledTimes(1);
});

test.each(Object.entries(ways))('%s loses nothing of what was written', (_, leave) => {
	written = 'Please call him back.';
	ask.mockReturnValue(false);
	leave();
	expect(ask).toHaveBeenCalledTimes(1);
	expect(close).not.toHaveBeenCalled();
	expect(node.open).toBe(true);
	ask.mockReturnValue(true);
	leave();
	expect(ask).toHaveBeenCalledTimes(2);
	expect(close).toHaveBeenCalledTimes(1);
});

test('a picker of files that is put away leaves it open', () => {
	node.querySelector('input')!.dispatchEvent(new Event('cancel', { bubbles: true }));
	written = 'Something';
	ask.mockReturnValue(false);
	escape();
	expect(ask).toHaveBeenCalledTimes(1);
	expect(node.open).toBe(true);
});
