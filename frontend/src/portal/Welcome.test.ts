import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Drafts } from '../lib/drafts';
import type { Inbox } from '../lib/inbox.svelte';
import { Uploads } from '../lib/uploads.svelte';
import Welcome from './Welcome.svelte';

const inbox = () =>
	({ me: { name: 'Ana' }, drafts: new Drafts('ana'), uploads: new Uploads('ana', 1e6) }) as unknown as Inbox;
const settled = () => new Promise((done) => setTimeout(done));

let end = () => {};
/** The page as it is opened, also for a second time. */
function visit(open = (id: string) => void id) {
	end();
	const shown = mount(Welcome, {
		target: document.body,
		props: { inbox: inbox(), ready: true, frontDesk: undefined, open }
	});
	flushSync();
	end = () => void unmount(shown);
	return document.querySelector('textarea')!;
}

async function send(field: HTMLTextAreaElement) {
	field.form!.requestSubmit();
	flushSync();
	await settled();
	flushSync();
}

function write(field: HTMLTextAreaElement, words: string) {
	field.value = words;
	field.dispatchEvent(new Event('input', { bubbles: true }));
	flushSync();
}

beforeEach(() => localStorage.clear());
afterEach(() => {
	end();
	end = () => {};
	vi.unstubAllGlobals();
});

test('a first message stays until it is taken, and is one however often it is sent', async () => {
	const ids: string[] = [];
	let online = false;
	vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
		ids.push(JSON.parse(body).message.id);
		if (!online) throw new TypeError('no line');
		return new Response('{"id":"c1"}', { status: 201 });
	});
	let field = visit();
	write(field, 'I need a new prescription.');
	field.form!.requestSubmit(); // the page is gone before anything comes back
	field = visit();
	expect(field.value).toBe('I need a new prescription.');
	await send(field);
	expect(field.value).toBe('I need a new prescription.');
	expect(document.querySelector('[role=alert]')?.textContent).toContain('never sent twice');
	online = true;
	const open = vi.fn();
	field = visit(open);
	await send(field);
	expect(open).toHaveBeenCalledWith('c1');
	expect(visit().value).toBe('');
	expect(new Set(ids).size).toBe(1);

	write(visit(), 'And another one.');
	await send(document.querySelector('textarea')!);
	expect(new Set(ids).size).toBe(2);
});
