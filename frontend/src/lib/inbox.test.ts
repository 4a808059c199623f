import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change, Conversation, Me, Message } from './contract';
import { Inbox } from './inbox.svelte';
import { Listing } from './listing.svelte';
import { Outbox } from './outbox';

const me: Me = {
	kind: 'staff',
	id: 'rita',
	name: 'Rita',
	role: 'receptionist',
	permissions: ['send_messages'],
	clinic: { id: 'c', name: 'Elm Street', timezone: 'UTC' },
	position: 'p0',
	mail: false,
	max_file_size: 25 * 2 ** 20
};
const conversation = (id: string, more: Partial<Conversation> = {}): Conversation => ({
	...{
		id,
		kind: 'front_desk',
		patient: { id: 'ana', name: 'Ana' },
		doctor: null,
		status: 'unread',
		archived: false
	},
	...{ unread_count: 1, starred: false, last_message: null, available_channels: ['portal'] },
	updated_at: '2026-01-01T00:00:00.000000Z',
	...more
});
const message = (id: string, more: Partial<Message> = {}): Message => ({
	...{
		id,
		conversation_id: 'c1',
		channel: 'portal',
		direction: 'inbound',
		subject: null,
		body_html: null,
		attachments: [],
		body: id,
		status: 'unread'
	},
	...{ starred: false, delivery: null, author: { kind: 'patient', id: 'ana', name: 'Ana' } },
	created_at: `2026-01-01T00:00:00.00000${id.length}Z`,
	...more
});
const change = (more: Partial<Change>): Change => ({
	position: 'p1',
	conversations: [],
	messages: [],
	removed: [],
	...more
});
const answer = (body: unknown, status = 200) =>
	Promise.resolve(new Response(JSON.stringify(body), { status }));
const page = (items: unknown[]) => ({ items, next_cursor: null });

let inbox: Inbox;
beforeEach(() => {
	localStorage.clear();
	vi.unstubAllGlobals();
	inbox = new Inbox(me, () => undefined);
});

describe('a change', () => {
	it('replaces by id, so that twice is once', () => {
		const c = change({ conversations: [conversation('c1')], messages: [message('a')] });
		inbox.thread('c1');
		inbox.apply(c);
		inbox.apply(c);
		expect(inbox.conversations.size).toBe(1);
		expect(inbox.thread('c1').inOrder.map((m) => m.id)).toEqual(['a']);
		expect(inbox.position).toBe('p1');
	});

	it('takes away what is no longer ours', () => {
		inbox.thread('c1');
		inbox.apply(change({ conversations: [conversation('c1')], messages: [message('a')] }));
		inbox.apply(change({ removed: ['c1'] }));
		expect(inbox.conversations.size).toBe(0);
		expect(inbox.thread('c1').inOrder).toEqual([]);
	});

	it('reads a thread anew that another one was joined to', async () => {
		const held = (...ids: string[]) =>
			vi.stubGlobal('fetch', (path: string) =>
				path.includes('/messages')
					? answer({ ...page(ids.map((id) => message(id))), newer_cursor: null })
					: answer({}, 503)
			);
		held('a', 'ccc');
		inbox.apply(change({ conversations: [conversation('c1')] }));
		await inbox.openThread('c1');
		inbox.shown = 'c1';
		held('a', 'bb', 'ccc');
		inbox.apply(change({ topics: ['patients', 'conversation:c1'] }));
		await vi.waitFor(() => expect(inbox.thread('c1').inOrder.map((m) => m.id)).toEqual(['a', 'bb', 'ccc']));
	});

	it('knows where a conversation has gone that was joined to another', async () => {
		const problem = { title: 'x', status: 404, code: 'conversation_not_found', conversation_id: 'c2' };
		vi.stubGlobal('fetch', () => answer(problem, 404));
		await inbox.openThread('c1');
		expect(inbox.thread('c1').joined).toBe('c2');
	});

	it('is applied again after a load that was under way', async () => {
		let respond: (r: Response) => void = () => undefined;
		vi.stubGlobal('fetch', () => new Promise((r) => (respond = r)));
		const listing = new Listing(inbox, 'all');
		const loading = listing.pages.load();
		inbox.apply(change({ conversations: [conversation('c1', { unread_count: 5 })] }));
		respond(new Response(JSON.stringify(page([conversation('c1', { unread_count: 1 })])))); // older than the change
		await loading;
		expect(inbox.conversations.get('c1')?.unread_count).toBe(5);
	});

	it('of the whole conversation drops the older messages that it does not carry', () => {
		inbox.thread('c1');
		inbox.apply(change({ conversations: [conversation('c1')], messages: [message('a'), message('aa')] }));
		const archived = conversation('c1', { archived: true, status: 'archived' });
		inbox.apply(change({ conversations: [archived], messages: [message('aa', { status: 'archived' })] }));
		expect(inbox.thread('c1').inOrder.map((m) => m.status)).toEqual(['archived']);
		expect(inbox.thread('c1').older).toBe('aa');
	});
});

describe('a reset', () => {
	it('lets go of all that was held, but for what was written and not taken, and loads what is shown', async () => {
		const line = { onmessage: undefined as ((e: { data: string }) => void) | undefined, close() {} };
		vi.stubGlobal('WebSocket', function () {
			return line;
		});
		vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')));
		inbox.start();
		inbox.apply(change({ conversations: [conversation('c1'), conversation('c2'), conversation('c3')] }));
		for (const id of ['c1', 'c2']) {
			inbox.thread(id).settle(message('a' + id, { conversation_id: id }));
			inbox.thread(id).state = 'loaded';
		}
		inbox.send('c2', { channel: 'portal', body: 'Hello' });
		inbox.shown = 'c1';
		const waiting = new Listing(inbox, 'all');
		inbox.listings.add(waiting);
		vi.stubGlobal('fetch', (path: string) => {
			if (path.includes('/messages')) return answer({ ...page([message('new')]), newer_cursor: null });
			if (path.endsWith('/c1')) return answer(conversation('c1'));
			if (path.includes('/conversations?')) return answer(page([conversation('c1')]));
			return answer({}, 503);
		});
		line.onmessage?.({ data: JSON.stringify({ type: 'reset', position: 'p9' }) });
		expect([...inbox.conversations.keys()]).toEqual([]);
		expect(inbox.thread('c2').inOrder.map((m) => m.body)).toEqual(['Hello']);
		expect(inbox.thread('c2').state).toBe('empty');
		await vi.waitFor(() => expect(inbox.thread('c1').state).toBe('loaded'));
		expect(inbox.thread('c1').inOrder.map((m) => m.id)).toEqual(['new']);
		await vi.waitFor(() => expect(waiting.items.map((c) => c.id)).toEqual(['c1']));
		expect(inbox.position).toBe('p9');
		inbox.live.stop();
	});
});

describe('a send', () => {
	it('shows at once, and settles with the answer', async () => {
		let sent: { id: string } = { id: '' };
		vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
			sent = JSON.parse(init.body as string);
			return answer(message(sent.id, { body: 'Hello', direction: 'outbound' }), 201);
		});
		inbox.send('c1', { channel: 'portal', body: 'Hello' });
		expect(inbox.thread('c1').inOrder[0]).toMatchObject({ body: 'Hello', pending: true });
		await vi.waitFor(() => expect(inbox.thread('c1').inOrder[0]?.pending).toBeUndefined());
		expect(new Outbox('rita').all()).toEqual([]);
	});

	it('without an answer is kept, and goes out again under the same id', async () => {
		const ids: string[] = [];
		const fail = vi.fn((_: string, init: RequestInit) => {
			ids.push(JSON.parse(init.body as string).id);
			return Promise.reject(new TypeError('no line'));
		});
		vi.stubGlobal('fetch', fail);
		inbox.send('c1', { channel: 'portal', body: 'Hello' });
		await vi.waitFor(() => expect(fail).toHaveBeenCalled());
		const reloaded = new Inbox(me, () => undefined);
		vi.stubGlobal(
			'WebSocket',
			class {
				close() {}
			}
		);
		reloaded.start();
		expect(reloaded.thread('c1').inOrder[0]).toMatchObject({ body: 'Hello', pending: true });
		expect(reloaded.thread('c1').inOrder[0]?.id).toBe(ids[0]);
		reloaded.live.stop();
	});

	it('that is refused stays in sight with the reason', async () => {
		const problem = { title: 'x', status: 422, code: 'channel_unavailable', detail: 'No portal.' };
		vi.stubGlobal('fetch', () => answer(problem, 422));
		inbox.send('c1', { channel: 'portal', body: 'Hello' });
		await vi.waitFor(() => expect(inbox.thread('c1').inOrder[0]?.refused?.code).toBe('channel_unavailable'));
		expect(new Outbox('rita').all()[0]?.refused?.code).toBe('channel_unavailable'); // outlives a reload
		expect(inbox.takeBack(inbox.thread('c1').inOrder[0]!)).toBe('Hello');
		expect(inbox.thread('c1').inOrder).toEqual([]);
		expect(new Outbox('rita').all()).toEqual([]);
	});

	it('that a colleague was quicker than goes out whole when it is sent anyway', async () => {
		const sent: Record<string, unknown>[] = [];
		vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
			sent.push(JSON.parse(init.body as string));
			return sent.length === 1
				? answer({ title: 'x', status: 409, code: 'thread_moved_on', detail: 'Bo has answered.' }, 409)
				: answer(message(sent[1]!.id as string), 201);
		});
		const letter = { channel: 'email' as const, body: 'Hello', subject: 'Your results', template: 't1' };
		const file = { id: 'f1', filename: 'a.pdf', media_type: 'application/pdf', size: 1, thumbnail: false };
		inbox.send('c1', { ...letter, last_seen_id: 'a' }, [file]);
		const refused = () => inbox.thread('c1').inOrder[0]!;
		await vi.waitFor(() => expect(refused().refused).toBeDefined());
		expect(refused().subject).toBe('Your results');
		inbox.sendAnyway(refused());
		await vi.waitFor(() => expect(new Outbox('rita').all()).toEqual([]));
		expect(sent[1]).toEqual({
			...letter,
			attachment_ids: ['f1'],
			id: expect.not.stringMatching(sent[0]!.id as string)
		});
	});

	it('that is edited gives its subject back', async () => {
		vi.stubGlobal('fetch', () => answer({ title: 'x', status: 422, code: 'channel_unavailable' }, 422));
		inbox.send('c1', { channel: 'email', body: 'Hello', subject: 'Your results' });
		await vi.waitFor(() => expect(inbox.thread('c1').inOrder[0]?.refused).toBeDefined());
		inbox.takeBack(inbox.thread('c1').inOrder[0]!);
		expect(inbox.drafts.read('c1', 'subject')).toBe('Your results');
	});

	it('that is discarded leaves nothing to a letter that is being written', async () => {
		vi.stubGlobal('fetch', () => answer({ title: 'x', status: 422, code: 'channel_unavailable' }, 422));
		inbox.send('c1', { channel: 'email', body: 'Hello', subject: 'Your results' });
		await vi.waitFor(() => expect(inbox.thread('c1').inOrder[0]?.refused).toBeDefined());
		inbox.drafts.keep('c1', 'subject', 'Another');
		inbox.discard(inbox.thread('c1').inOrder[0]!);
		expect(inbox.drafts.read('c1', 'subject')).toBe('Another');
	});

	it('waits for the one before it', async () => {
		const bodies: string[] = [];
		let fail = true;
		vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
			const draft = JSON.parse(init.body as string);
			bodies.push(draft.body);
			if (fail) return Promise.reject(new TypeError('no line'));
			return answer(message(draft.id, { body: draft.body }), 201);
		});
		inbox.send('c1', { channel: 'portal', body: 'First' });
		inbox.send('c1', { channel: 'portal', body: 'Second' });
		await vi.waitFor(() => expect(bodies).toEqual(['First']));
		await new Promise((r) => setTimeout(r)); // the failure is known
		fail = false;
		inbox.send('c1', { channel: 'portal', body: 'Third' });
		await vi.waitFor(() => expect(bodies).toEqual(['First', 'First', 'Second', 'Third']));
		expect(new Outbox('rita').all()).toEqual([]);
	});

	it('whose change came first is not undone by its answer', async () => {
		let respond: (r: Response) => void = () => undefined;
		vi.stubGlobal('fetch', () => new Promise((r) => (respond = r)));
		inbox.send('c1', { channel: 'portal', body: 'Hello' });
		await vi.waitFor(() => expect(respond.length).toBe(1));
		const id = inbox.thread('c1').inOrder[0]!.id;
		inbox.apply(change({ messages: [message(id, { status: 'read' })] }));
		respond(new Response(JSON.stringify(message(id, { status: 'unread' })), { status: 201 }));
		await new Promise((r) => setTimeout(r));
		expect(inbox.thread('c1').inOrder[0]?.status).toBe('read');
	});
});

describe('a queue', () => {
	it('takes in and lets go as conversations change', () => {
		const waiting = new Listing(inbox, 'waiting');
		inbox.apply(
			change({
				conversations: [
					conversation('c1', { waiting_since: '2026-01-01T00:00:00.000000Z' }),
					conversation('c2')
				]
			})
		);
		expect(waiting.items.map((c) => c.id)).toEqual(['c1']);
		inbox.apply(change({ conversations: [conversation('c1', { waiting_since: null })] }));
		expect(waiting.items).toEqual([]);
	});

	it('takes an action back that the server refuses', async () => {
		inbox.apply(change({ conversations: [conversation('c1')] }));
		vi.stubGlobal('fetch', () =>
			answer({ title: 'x', status: 403, code: 'not_a_participant', detail: 'No.' }, 403)
		);
		const archiving = inbox.file(['c1'], { archived: true });
		inbox.apply(change({ conversations: [conversation('c1', { archived: true, unread_count: 7 })] }));
		await archiving;
		expect(inbox.conversations.get('c1')).toMatchObject({ archived: false, unread_count: 7 });
	});
});
