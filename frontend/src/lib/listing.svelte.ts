import { get } from './api';
import type { Conversation, Page } from './contract';
import type { Inbox } from './inbox.svelte';
import { mentions, passes, whole } from './narrowing';
import { Pages } from './pages.svelte';
import { newestFirst, views, type View } from './views';

const waitingSince = (c: Conversation) => c.waiting_since ?? '';
const longestFirst = (a: Conversation, b: Conversation) =>
	waitingSince(a) === waitingSince(b) ? (a.id < b.id ? -1 : 1) : waitingSince(a) < waitingSince(b) ? -1 : 1;

/**
 * One queue of the inbox, perhaps narrowed. It shows all conversations that belong to it, down to where its
 * pages have been loaded; live changes enter and leave it by the same rule.
 */
export class Listing {
	readonly pages: Pages<Conversation>;
	private readonly asked: URLSearchParams;
	private readonly order: (a: Conversation, b: Conversation) => number;

	constructor(
		private readonly inbox: Inbox,
		readonly view: View,
		readonly narrowing = ''
	) {
		this.asked = whole(views[view].query, narrowing);
		this.order = this.asked.get('sort') === 'waiting' ? longestFirst : newestFirst;
		const path = this.path({ limit: '50' });
		this.pages = new Pages(
			() => path,
			(c) => c.id,
			(path, take) =>
				inbox.load<Page<Conversation>>(path, (page) => {
					for (const c of page.items) inbox.conversations.set(c.id, c);
					take(page);
				})
		);
	}

	/** The last that was loaded; null when all is. */
	private readonly horizon = $derived.by(() => (this.pages.next ? (this.pages.items.at(-1) ?? null) : null));

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

	private path(more: Record<string, string>): string {
		const asked = new URLSearchParams(this.asked);
		for (const [name, value] of Object.entries(more)) if (value) asked.set(name, value);
		return `/conversations?${asked}`;
	}
}
