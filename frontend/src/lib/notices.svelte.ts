import { SvelteMap } from 'svelte/reactivity';
import { get, post } from './api';
import type { Notification, NotificationFrame, Page, Preferences } from './contract';
import type { Inbox } from './inbox.svelte';
import { quietAt } from './quiet';
import { route } from './route.svelte';
import { toasts } from './toasts.svelte';

type Loaded = Page<Notification> & { unread: number };

/** What this person was told: how much is unread, and the newest of it. */
export class Notices {
	/** All that is unread; 100 stands for 100 or more. */
	unread = $state(0);
	readonly items = new SvelteMap<string, Notification>();
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	next = $state<string | null>(null);
	preferences = $state.raw<Preferences>();
	private asked = 0;
	private loading = false;

	constructor(private readonly inbox: Inbox) {
		inbox.topics.on('notifications', () => void this.load());
		inbox.topics.on('preferences', () => void this.loadPreferences());
	}

	readonly newestFirst = $derived(
		[...this.items.values()].sort((a, b) =>
			a.updated_at === b.updated_at ? (a.id < b.id ? 1 : -1) : a.updated_at < b.updated_at ? 1 : -1
		)
	);

	/** Conversations of which something is unread: to open one is to have seen it. */
	readonly pending = $derived(
		new Set(this.newestFirst.filter((n) => !n.read_at).map((n) => n.conversation_id))
	);

	start() {
		void this.load();
		void this.loadPreferences();
		addEventListener('pointerdown', unlock, { once: true });
		addEventListener('keydown', unlock, { once: true });
		document.addEventListener('visibilitychange', () => this.sayVisible());
		navigator.serviceWorker?.addEventListener('message', (e) => {
			if (e.data?.type === 'open') route.go(e.data.path); // a click on what the browser has shown
		});
		if (localStorage.getItem(`frontdesk.push.${this.inbox.me.id}`))
			void import('./push.svelte').then((push) => push.resume(this.inbox.me.id));
	}

	/** The server tells no browser of what its person has before their eyes. */
	sayVisible() {
		this.inbox.live.say({ type: 'seen', visible: document.visibilityState === 'visible' });
	}

	async load() {
		const mine = ++this.asked;
		this.loading = true;
		try {
			const page = await get<Loaded>('/notifications?limit=50');
			if (mine !== this.asked) return; // a later answer knows more
			this.items.clear();
			for (const n of page.items) this.items.set(n.id, n);
			this.next = page.next_cursor;
			this.count(page.unread);
			this.state = 'loaded';
		} catch {
			if (mine === this.asked && this.state === 'loading') this.state = 'failed';
		} finally {
			if (mine === this.asked) this.loading = false;
		}
	}

	async more() {
		const page = await get<Loaded>(`/notifications?limit=50&cursor=${this.next}`);
		for (const n of page.items) this.items.set(n.id, n);
		this.next = page.next_cursor;
	}

	private async loadPreferences() {
		this.preferences = await get<Preferences>('/me/preferences').catch(() => this.preferences);
	}

	/** A frame holds states: what it names takes the place of what was here. */
	hear(frame: NotificationFrame) {
		this.count(frame.unread);
		const { conversation_id: id } = frame;
		if (this.loading || id === null) void this.load(); // what is being loaded is older than this
		if (id === null) return;
		const fresh = frame.items.filter((n) => n.updated_at > (this.items.get(n.id)?.updated_at ?? ''));
		const unread = new Set(frame.items.map((n) => n.id));
		for (const n of this.items.values())
			if (n.conversation_id === id && !n.read_at && !unread.has(n.id))
				this.items.set(n.id, { ...n, read_at: new Date().toISOString() });
		for (const n of frame.items) this.items.set(n.id, n);
		const [newest] = fresh;
		if (newest) this.announce(newest);
	}

	private count(unread: number) {
		this.unread = unread;
		const on = navigator as Navigator & { setAppBadge?: (n: number) => Promise<void> };
		void on.setAppBadge?.(unread).catch(() => undefined); // an installed page shows it on its icon
	}

	/** Nothing is said of what is before somebody's eyes already. */
	private announce(n: Notification) {
		const seen = document.visibilityState === 'visible';
		if (seen && this.inbox.shown === n.conversation_id) return;
		const ways = this.preferences?.kinds[n.kind];
		if (seen && ways?.page !== false) toasts.say(words(n), { open: () => route.go(placeOf(n)) });
		if (ways?.sound !== false && !this.quiet) void this.sound();
	}

	get quiet() {
		return !!this.preferences && quietAt(this.preferences.quiet, new Date(), this.inbox.me.clinic.timezone);
	}

	async sound(tone = this.preferences?.tone ?? { name: 'chime', volume: 0.6 }, always = false) {
		const { play } = await import('./sound');
		await play(tone, always);
	}

	async readAll() {
		const newest = this.newestFirst.find((n) => !n.read_at);
		if (!newest) return;
		const { unread } = await post<{ unread: number }>('/notifications/read', { up_to: newest.id });
		this.count(unread);
		const now = new Date().toISOString();
		for (const n of this.items.values())
			if (!n.read_at && n.updated_at <= newest.updated_at) this.items.set(n.id, { ...n, read_at: now });
	}
}

/** Browsers make no sound before somebody has touched the page. */
const unlock = () => void import('./sound').then((s) => s.unlock());

const who = (n: Notification) => n.actor.name || 'Frontdesk';

/** Where it leads: a message that did not arrive may be far up by now. */
export const placeOf = (n: Notification) =>
	`/c/${n.conversation_id}${n.kind === 'failed' && n.message_id ? `?m=${n.message_id}` : ''}`;

/** What happened, in one line. */
export function words(n: Notification): string {
	const about = n.patient ? ` ${n.patient.name}` : '';
	const says: Record<Notification['kind'], string> = {
		message: n.count > 1 ? `${n.count} new messages from ${who(n)}` : `New message from ${who(n)}`,
		reply: `${who(n)} answered${about}, whom you have`,
		mention: `${who(n)} mentions you${about && `, about${about}`}`,
		assigned: `${who(n)} assigned${about} to you`,
		returned: `${who(n)} gave${about} back to reception`,
		failed: `A message to${about} was not delivered`,
		unsent: `A scheduled message to${about} could not be sent`,
		woken: `${about.trim() || 'A conversation'} is back`
	};
	return says[n.kind];
}
