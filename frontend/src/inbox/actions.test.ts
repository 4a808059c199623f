import { afterEach, expect, it, vi } from 'vitest';
import type { Inbox } from '../lib/inbox.svelte';
import { route } from '../lib/route.svelte';
import { setRead } from './actions';

const [open, other] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
let openWhenFiled: string | null;
const file = vi.fn(async (ids: string[]) => {
	openWhenFiled = route.conversation;
	return ids;
});
const inbox = { conversations: new Map(), file } as unknown as Inbox;

afterEach(() => file.mockClear());

it('leaves a thread before it is marked as unread, and keeps the list as it is', async () => {
	route.go(`/c/${open}?view=all&m=${other}`);
	await setRead(inbox, [other, open], false);
	expect(openWhenFiled).toBeNull();
	expect(route.path + route.search).toBe('/?view=all');
	expect(file).toHaveBeenCalledWith([other, open], { read: false });
});

it('leaves no thread for others, nor one that is marked as read', async () => {
	route.go(`/c/${open}`);
	await setRead(inbox, [other], false);
	await setRead(inbox, [open], true);
	expect(openWhenFiled).toBe(open);
});
