import { SvelteMap } from 'svelte/reactivity';
import { get, patch, post, put, del, query, Refusal } from './api';
import { Around } from './around.svelte';
import type { Change, Channel, Conversation, Draft, Me, Message, Page, ServerFrame } from './contract';
import { Drafts } from './drafts';
import { Listing } from './listing.svelte';
import { Live } from './live.svelte';
import { Outbox, type Waiting } from './outbox';
import { Thread, type Shown } from './thread.svelte';
import { stamp } from './time';
import { toasts } from './toasts.svelte';
import { uuid } from './uuid';

/** All that this page knows of conversations and messages. Components read it. */
export class Inbox {
	readonly conversations = new SvelteMap<string, Conversation>();
	readonly threads = new Map<string, Thread>(); // what is in each is reactive; that it is there is not shown
	readonly around = new Around();
	readonly live: Live;
	readonly drafts: Drafts;
	/** The lists that are on the screen: a reset loads them anew. */
	readonly listings = new Set<Listing>();
	position = '';

	private readonly outbox: Outbox;
	private readonly sending = new Map<string, Promise<void>>(); // the last send of each conversation
	private loading = 0;
	private meanwhile: Change[] = []; // changes that came while something was loading

	constructor(
		readonly me: Me,
		over: () => void
	) {
		this.outbox = new Outbox(me.id);
		this.drafts = new Drafts(me.id);
		this.live = new Live(
			() => this.position,
			(frame) => this.hear(frame),
			over
		);
	}

	readonly unread = $derived(
		[...this.conversations.values()].filter((c) => !c.archived && c.unread_count > 0).length
	);

	start() {
		for (const w of this.outbox.all()) this.show(w);
		this.live.start();
	}

	private hear(frame: ServerFrame) {
		if (frame.type === 'hello') this.greeted(frame.position);
		else if (frame.type === 'change') this.apply(frame);
		else if (frame.type === 'beat') this.position = frame.position;
		else if (frame.type === 'reset') this.reset(frame.position);
		else this.around.hear(frame);
	}

	/** Live: what this page lacks is loaded, and what no server has answered goes out again. */
	private greeted(position: string) {
		const first = !this.position;
		this.position = position;
		if (first) {
			for (const l of this.listings) void l.reload();
			void this.countUnread();
		}
		for (const [id, t] of this.threads) if (t.state === 'failed') void this.openThread(id);
		for (const w of this.outbox.all()) void this.deliver(w);
	}

	/** The badge counts all, whatever queue is on the screen. */
	private async countUnread() {
		await this.load<Page<Conversation>>('/conversations?status=unread&limit=200', (page) => {
			for (const c of page.items) this.conversations.set(c.id, c);
		}).catch(() => undefined); // the next hello asks again
	}

	private reset(position: string) {
		this.position = position;
		for (const l of this.listings) void l.reload();
		for (const [id, t] of this.threads) {
			t.state = 'empty';
			if (this.shown === id) void this.openThread(id);
		}
	}

	/** Whole objects replace by id: a change that comes twice changes nothing. */
	apply(change: Change) {
		if (this.loading) this.meanwhile.push(change);
		this.position = change.position;
		for (const c of change.conversations) this.refiled(c, change.messages);
		for (const m of change.messages) this.settle(m);
		for (const id of change.removed) this.forget(id);
	}

	private refiled(c: Conversation, messages: Message[]) {
		const before = this.conversations.get(c.id);
		this.conversations.set(c.id, c);
		const thread = this.threads.get(c.id);
		const oldest = messages.find((m) => m.conversation_id === c.id);
		// Archiving touches every message, and a change carries the newest page of them.
		if (before && thread && oldest && before.archived !== c.archived) thread.keepFrom(oldest);
	}

	private settle(m: Message) {
		this.outbox.drop(m.id);
		const thread = this.threads.get(m.conversation_id);
		// Whoever has sent is no longer typing; a mark on an older message ends nothing.
		const fresh = !thread?.messages.has(m.id);
		if (fresh && this.around.typing.get(m.conversation_id)?.id === m.author.id)
			this.around.stopped(m.conversation_id);
		thread?.settle(m);
	}

	private forget(id: string) {
		this.conversations.delete(id);
		this.threads.get(id)?.clear();
	}

	/** Runs a load. What changed in the meantime is applied again after it. */
	async load<T>(path: string, take: (answer: T) => void): Promise<void> {
		this.loading++;
		try {
			take(await get<T>(path));
		} finally {
			if (--this.loading === 0) {
				const changes = this.meanwhile;
				this.meanwhile = [];
				for (const change of changes) this.apply(change);
			}
		}
	}

	/** The thread that is on the screen. */
	shown: string | null = null;

	thread(id: string): Thread {
		let t = this.threads.get(id);
		if (!t) this.threads.set(id, (t = new Thread()));
		return t;
	}

	async openThread(id: string) {
		const t = this.thread(id);
		if (t.state === 'loading' || t.state === 'loaded') return;
		t.state = 'loading';
		try {
			if (!this.conversations.has(id))
				await this.load<Conversation>(`/conversations/${id}`, (c) => this.conversations.set(id, c));
			await this.load<Page<Message>>(`/conversations/${id}/messages`, (page) => {
				for (const m of t.messages.values()) if (!m.pending && !m.refused) t.messages.delete(m.id);
				for (const m of page.items) this.settle(m);
				t.older = page.next_cursor;
			});
			t.state = 'loaded';
		} catch {
			t.state = 'failed';
		}
	}

	async loadOlder(id: string) {
		const t = this.thread(id);
		if (!t.older || t.loadingOlder) return;
		t.loadingOlder = true;
		try {
			await this.load<Page<Message>>(`/conversations/${id}/messages${query({ before: t.older })}`, (page) => {
				for (const m of page.items) t.settle(m);
				t.older = page.next_cursor;
			});
		} catch {
			toasts.say('Older messages could not be loaded. Scroll up to try again.', { bad: true });
		} finally {
			t.loadingOlder = false;
		}
	}

	/** Shows the message at once, and sends it under one id until the server has answered. */
	send(conversation: string, channel: Channel, body: string, lastSeen?: string) {
		const w: Waiting = { id: uuid(), channel, body, conversation_id: conversation, written_at: stamp() };
		if (lastSeen) w.last_seen_id = lastSeen;
		this.outbox.keep(w); // outlives a reload
		this.show(w);
		void this.deliver(w);
	}

	private show(w: Waiting) {
		const author = {
			kind: this.me.kind === 'staff' ? ('user' as const) : ('patient' as const),
			id: this.me.id,
			name: this.me.name
		};
		const shown: Shown = {
			...{
				subject: null,
				body_html: null,
				attachments: [],
				starred: false,
				delivery: null,
				status: 'unread' as const,
				author
			},
			...{
				id: w.id,
				conversation_id: w.conversation_id,
				channel: w.channel,
				body: w.body,
				created_at: w.written_at
			},
			direction: this.me.kind === 'staff' ? 'outbound' : 'inbound',
			pending: true
		};
		this.thread(w.conversation_id).messages.set(w.id, shown);
	}

	/** One after another within a conversation, so that what was written first is first. */
	private deliver(w: Waiting): Promise<void> {
		const before = this.sending.get(w.conversation_id) ?? Promise.resolve();
		const next = before.then(() => this.post(w));
		this.sending.set(w.conversation_id, next);
		return next;
	}

	private async post(w: Waiting) {
		const t = this.thread(w.conversation_id);
		if (!t.messages.get(w.id)?.pending) return; // a change was first, or it was discarded
		const draft: Draft = { id: w.id, channel: w.channel, body: w.body };
		if (w.last_seen_id) draft.last_seen_id = w.last_seen_id;
		try {
			const sent = await post<Message>(`/conversations/${w.conversation_id}/messages`, draft);
			if (t.messages.get(w.id)?.pending) this.settle(sent); // else the socket was first, and knows more
		} catch (error) {
			if (!(error instanceof Refusal)) return void this.later(w);
			this.outbox.drop(w.id);
			const shown = t.messages.get(w.id);
			if (shown) t.messages.set(w.id, { ...shown, pending: undefined, refused: error.problem });
			for (const m of error.problem.messages ?? []) this.settle(m);
		}
	}

	/** No answer came, though the line may be up: tries again in a moment. */
	private later(w: Waiting) {
		setTimeout(() => this.live.state === 'live' && void this.deliver(w), 3000);
	}

	/** Takes a refused message off the screen; its words go back to whoever wants them. */
	discard(m: Shown): string {
		this.outbox.drop(m.id);
		this.thread(m.conversation_id).messages.delete(m.id);
		return m.body;
	}

	sendAnyway(m: Shown) {
		this.discard(m);
		this.send(m.conversation_id, m.channel, m.body);
	}

	/** Shows a change at once, and takes it back where the server refuses. */
	private async act(id: string, guess: Partial<Conversation>, ask: () => Promise<Conversation>) {
		const before = this.conversations.get(id);
		if (before) this.conversations.set(id, { ...before, ...guess });
		try {
			await ask(); // what it made comes over the socket, in its order
		} catch (error) {
			const now = this.conversations.get(id);
			if (before && now) this.conversations.set(id, before);
			const why = error instanceof Refusal ? error.message : 'The server did not answer. Try again.';
			toasts.say(why, { bad: true });
		}
	}

	read(id: string) {
		return this.act(id, { unread_count: 0 }, () => post(`/conversations/${id}/read`, {}));
	}

	markUnread(id: string) {
		return this.act(id, { status: 'unread' }, () => post(`/conversations/${id}/unread`, {}));
	}

	archive(id: string, archived: boolean) {
		return this.act(id, { archived }, () => patch(`/conversations/${id}`, { archived }));
	}

	assign(id: string, to: { id: string; name: string } | null) {
		return this.act(id, { assignee: to }, () =>
			patch(`/conversations/${id}`, { assignee_id: to?.id ?? null })
		);
	}

	label(id: string, labels: string[]) {
		return this.act(id, { labels }, () => patch(`/conversations/${id}`, { labels }));
	}

	async star(m: Shown) {
		const t = this.thread(m.conversation_id);
		t.settle({ ...m, starred: !m.starred });
		try {
			await (m.starred ? del(`/messages/${m.id}/star`) : put(`/messages/${m.id}/star`));
		} catch {
			t.settle(m);
			toasts.say('The star could not be saved. Try again.', { bad: true });
		}
	}
}
