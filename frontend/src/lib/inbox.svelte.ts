import { SvelteMap } from 'svelte/reactivity';
import { Refusal, del, get, post, put, query } from './api';
import { Around } from './around.svelte';
import { Colleagues } from './colleagues.svelte';
import type {
	Attachment,
	Change,
	Conversation,
	Filing,
	Me,
	Message,
	NotificationFrame,
	Page,
	ServerFrame,
	ThreadPage,
	Words
} from './contract';
import { Counts } from './counts.svelte';
import { Drafts } from './drafts';
import { Labels } from './labels.svelte';
import { file } from './filing';
import { Listing } from './listing.svelte';
import { Live } from './live.svelte';
import { Notices } from './notices.svelte';
import { optimistically } from './optimistic';
import { Sending } from './sending';
import { Thread, type Shown } from './thread.svelte';
import { toasts } from './toasts.svelte';
import { Topics } from './topics';
import { Uploads } from './uploads.svelte';

/** All that this page knows of conversations and messages. Components read it. */
export class Inbox {
	readonly conversations = new SvelteMap<string, Conversation>();
	readonly threads = new Map<string, Thread>(); // what is in each is reactive; that it is there is not shown
	readonly around = new Around();
	/** What else of the server's is shown, beside conversations. */
	readonly topics = new Topics();
	readonly counts = new Counts(this);
	readonly colleagues = new Colleagues(this.topics);
	/** Who is signed in, as they are by now. */
	me = $state.raw() as Me;
	readonly notices: Notices;
	readonly labels = new Labels(this);
	readonly live: Live;
	readonly drafts: Drafts;
	readonly uploads: Uploads;
	/** The lists that are on the screen: a reset loads them anew. */
	readonly listings = new Set<Listing>();
	position: string;
	/** The newest of what others have written elsewhere, for those who listen instead of look. */
	news = $state('');

	private readonly sending: Sending;
	private loading = 0;
	private meanwhile: Change[] = []; // changes that came while something was loading

	constructor(me: Me, over: () => void) {
		this.me = me;
		// From the start what is loaded and what changes overlap, whichever comes first.
		this.position = me.position;
		this.sending = new Sending(this);
		this.drafts = new Drafts(me.id);
		this.uploads = new Uploads(me.id, me.max_file_size, localStorage, (id) => {
			del(`/attachments/${id}`).catch(() => undefined); // what nobody sends goes by itself
		});
		this.notices = new Notices(this);
		this.live = new Live(
			() => this.position,
			(frame) => this.hear(frame),
			over
		);
	}

	/** How many conversations have something unread: all of them, whatever is loaded. */
	readonly unread = $derived(
		this.counts.queues?.unread ??
			[...this.conversations.values()].filter((c) => !c.archived && c.unread_count > 0).length
	);

	start() {
		for (const topic of ['users', 'clinic']) this.topics.on(topic, () => void this.meAgain());
		this.sending.restore();
		if (this.me.kind === 'staff') void this.counts.load();
		else void this.countUnread();
		if (this.me.kind === 'staff') void this.labels.load();
		this.live.start();
		if (this.me.kind === 'staff') this.notices.start();
	}

	/** A new name, role or right of one's own, or another name of the clinic. */
	private async meAgain() {
		const me = await get<Me>('/me').catch(() => this.me); // over() sees to a session that has ended
		if (JSON.stringify({ ...me, position: '' }) !== JSON.stringify({ ...this.me, position: '' }))
			this.me = me;
	}

	private hear(frame: ServerFrame) {
		if (frame.type === 'hello') this.greeted();
		else if (frame.type === 'change') this.apply(frame);
		else if (frame.type === 'beat') this.position = frame.position;
		else if (frame.type === 'notification') this.notified(frame);
		else if (frame.type === 'reset') this.reset(frame.position);
		else this.around.hear(frame);
	}

	/**
	 * Live: what could not be loaded is, and what no server has answered goes out again. The
	 * position stays: what was missed since then is still to come.
	 */
	private greeted() {
		if (this.me.kind === 'staff') this.notices.sayVisible();
		for (const l of this.listings) if (l.state === 'failed') void l.reload();
		for (const [id, t] of this.threads) if (t.state === 'failed') void this.openThread(id);
		this.sending.resume();
		this.uploads.resume();
		if (this.me.kind === 'staff') this.counts.changed();
	}

	private notified(frame: NotificationFrame) {
		this.position = frame.position;
		this.notices.hear(frame);
	}

	/** A patient has few conversations: they are the count. */
	private async countUnread() {
		await this.load<Page<Conversation>>('/conversations?status=unread&limit=200', (page) => {
			for (const c of page.items) this.conversations.set(c.id, c);
		}).catch(() => undefined); // the list says so where it fails too
	}

	private reset(position: string) {
		this.position = position;
		for (const l of this.listings) void l.reload();
		this.topics.tellAll();
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
		this.tell(change);
		if (this.me.kind === 'staff' && change.conversations.length + change.removed.length)
			this.counts.changed();
		for (const id of change.removed) this.forget(id);
		if (change.topics) this.retold(change.topics);
	}

	private retold(topics: string[]) {
		this.topics.tell(topics);
		// Another conversation was joined to one of these: messages stand among those that are held.
		for (const topic of topics) {
			const [what, id] = topic.split(':');
			const thread = what === 'conversation' && id ? this.threads.get(id) : undefined;
			if (!id || !thread || thread.state === 'empty') continue;
			thread.state = 'empty';
			if (this.shown === id) void this.openThread(id);
		}
	}

	private readonly hearers = new Set<(change: Change) => void>();

	/** Calls back with each change, until the answer is called: for what is shown beside the lists. */
	onChange(hearer: (change: Change) => void): () => void {
		this.hearers.add(hearer);
		return () => this.hearers.delete(hearer);
	}

	private tell(change: Change) {
		for (const hearer of this.hearers) hearer(change);
		const last = change.conversations.findLast((c) => c.id !== this.shown && c.unread_count)?.last_message;
		if (last && last.author.id !== this.me.id && change.messages.some((m) => m.id === last.id))
			this.news = `New message from ${last.author.name}`;
	}

	private refiled(c: Conversation, messages: Message[]) {
		const before = this.conversations.get(c.id);
		this.conversations.set(c.id, c);
		const thread = this.threads.get(c.id);
		const oldest = messages.find((m) => m.conversation_id === c.id);
		// Archiving touches every message, and a change carries the newest page of them.
		if (before && thread && oldest && before.archived !== c.archived) thread.keepFrom(oldest);
	}

	settle(m: Message) {
		this.sending.settled(m.id);
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
		const t = this.threads.get(id);
		if (t) return t;
		// It outlives the component that asks first: else what it derives would stay as it was when
		// that one is gone, and a thread that is opened again would lack what has come since.
		$effect.root(() => void this.threads.set(id, new Thread()));
		return this.threads.get(id)!;
	}

	/** Opens it at its end, or around a message that it does not show yet. */
	async openThread(id: string, around?: string | null) {
		const t = this.thread(id);
		const there = t.state === 'loaded' && (!around || t.messages.has(around));
		if (t.state === 'loading' || there) return;
		t.state = 'loading';
		try {
			if (!this.conversations.has(id))
				await this.load<Conversation>(`/conversations/${id}`, (c) => this.conversations.set(id, c));
			await this.load<ThreadPage>(`/conversations/${id}/messages${query({ around })}`, (page) => {
				for (const m of t.messages.values()) if (!m.pending && !m.refused) t.messages.delete(m.id);
				t.newer = null;
				for (const m of page.items) this.settle(m);
				t.older = page.next_cursor;
				t.newer = page.newer_cursor;
			});
			t.state = 'loaded';
		} catch (error) {
			if (around && error instanceof Refusal && error.is('message_unknown')) {
				toasts.say('That message is not here any more.', { bad: true });
				t.state = 'empty';
				return void this.openThread(id);
			}
			if (error instanceof Refusal) t.joined = error.problem.conversation_id;
			t.state = 'failed';
		}
	}

	/** From an old message to the newest ones, where the thread is live again. */
	async toNewest(id: string) {
		const t = this.thread(id);
		if (!t.newer) return;
		t.state = 'empty';
		await this.openThread(id);
	}

	async loadNewer(id: string) {
		const t = this.thread(id);
		if (!t.newer || t.loadingNewer) return;
		t.loadingNewer = true;
		try {
			await this.load<ThreadPage>(`/conversations/${id}/messages${query({ after: t.newer })}`, (page) =>
				t.stretch(page.items, page.newer_cursor)
			);
		} catch {
			toasts.say('Newer messages could not be loaded. Scroll down to try again.', { bad: true });
		} finally {
			t.loadingNewer = false;
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

	/** Shows the message at once, and sends it until the server has answered. */
	send(conversation: string, words: Words, files: Attachment[] = []) {
		void this.toNewest(conversation);
		this.sending.send(conversation, words, files);
	}

	discard(m: Shown): string {
		return this.sending.discard(m);
	}

	sendAnyway(m: Shown) {
		this.sending.drop(m);
		this.send(m.conversation_id, again(m), m.attachments);
	}

	/** Hands a message that has failed to its carrier once more. */
	async retry(m: Shown) {
		this.settle(await post<Message>(`/messages/${m.id}/retry`, {}));
	}

	private act(id: string, guess: Partial<Conversation>, ask: () => Promise<Conversation>, quiet = false) {
		return optimistically(this.conversations, id, guess, ask, quiet);
	}

	/** Says whether it was told: nobody is troubled with a mark that was not, it is told later. */
	read(id: string) {
		return this.act(id, { unread_count: 0 }, () => post(`/conversations/${id}/read`, {}), true);
	}

	markUnread(id: string) {
		return this.act(id, { status: 'unread' }, () => post(`/conversations/${id}/unread`, {}));
	}

	/** Does the same with one or many, and says with which it was done. */
	file(ids: string[], change: Filing) {
		const { me, colleagues } = this;
		const name = (id: string) => (id === me.id ? me.name : colleagues.name(id));
		return file(this.conversations, ids, change, { me: { id: me.id, name: me.name }, name });
	}

	star(m: Shown) {
		const path = `/messages/${m.id}/star`;
		const { messages } = this.thread(m.conversation_id);
		return optimistically(messages, m.id, { starred: !m.starred }, () => (m.starred ? del(path) : put(path)));
	}
}

/** The words of a refused message, as they were first sent. */
const again = (m: Shown): Words => ({
	...{ channel: m.channel, body: m.body },
	...(m.subject ? { subject: m.subject } : {}),
	...(m.body_html ? { body_html: m.body_html } : {})
});
