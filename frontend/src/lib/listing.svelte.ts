import { get } from './api';
import type { Conversation, Page } from './contract';
import type { Inbox } from './inbox.svelte';
import { mentions, passes, whole } from './narrowing';
import { newestFirst, views, type View } from './views';

const waitingSince = (c: Conversation) => c.waiting_since ?? '';
const longestFirst = (a: Conversation, b: Conversation) =>
	waitingSince(a) === waitingSince(b) ? (a.id < b.id ? -1 : 1) : waitingSince(a) < waitingSince(b) ? -1 : 1;

/**
 * One queue of the inbox, perhaps narrowed. It shows all conversations that belong to it, down to where its
 * pages have been loaded; live changes enter and leave it by the same rule.
 */
export class Listing {
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	next = $state<string | null>(null);
	loadingMore = $state(false);
	/** The last that was loaded; null when all is. */
	private horizon = $state.raw<Conversation | null>(null);
	private readonly asked: URLSearchParams;
	private readonly order: (a: Conversation, b: Conversation) => number;

	constructor(
		private readonly inbox: Inbox,
		readonly view: View,
		readonly narrowing = ''
	) {
		this.asked = whole(views[view].query, narrowing);
		this.order = this.asked.get('sort') === 'waiting' ? longestFirst : newestFirst;
	}

	/** What the list is filtered by as somebody types: at once here, then by what the server finds in older words. */
	words = $state('');
	private found = $state.raw<Set<string>>(new Set());
	private timer: ReturnType<typeof setTimeout> | undefined;

	private readonly passing = $derived.by(() => {
		const pass = passes(this.asked, this.inbox.me.id);
		return [...this.inbox.conversations.values()].filter(pass).sort(this.order);
	});

	readonly items = $derived.by(() => {
		if (!this.words) return this.passing.filter((c) => !this.horizon || this.order(c, this.horizon) <= 0);
		const said = mentions(this.words, this.inbox.me.id);
		return this.passing.filter((c) => said(c) || this.found.has(c.id));
	});

	seek(words: string) {
		this.words = words;
		this.found = new Set();
		clearTimeout(this.timer);
		if (words.trim().length > 1) this.timer = setTimeout(() => void this.ask(words), 250);
	}

	private async ask(words: string) {
		const page = await get<Page<Conversation>>(this.path({ q: words, limit: '50' })).catch(() => undefined);
		if (!page || words !== this.words) return; // what is on the screen is narrowed all the same
		for (const c of page.items)
			if (!this.inbox.conversations.has(c.id)) this.inbox.conversations.set(c.id, c);
		this.found = new Set(page.items.map((c) => c.id));
	}

	/** Loads it from its top. What is on the screen stays until then where it is quiet. */
	async reload(quiet = false) {
		if (!quiet) this.state = 'loading';
		try {
			await this.page('');
			this.state = 'loaded';
		} catch {
			this.state = 'failed';
		}
	}

	async more() {
		if (!this.next || this.loadingMore) return;
		this.loadingMore = true;
		try {
			await this.page(this.next);
		} catch {
			this.state = 'failed'; // the list says so at its end, and the next hello tries again
		} finally {
			this.loadingMore = false;
		}
	}

	private path(more: Record<string, string>): string {
		const asked = new URLSearchParams(this.asked);
		for (const [name, value] of Object.entries(more)) if (value) asked.set(name, value);
		return `/conversations?${asked}`;
	}

	private page(cursor: string) {
		return this.inbox.load<Page<Conversation>>(this.path({ limit: '50', cursor }), (page) => {
			for (const c of page.items) this.inbox.conversations.set(c.id, c);
			this.next = page.next_cursor;
			this.horizon = page.next_cursor ? (page.items.at(-1) ?? null) : null;
		});
	}
}
