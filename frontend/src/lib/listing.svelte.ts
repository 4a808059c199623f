import { query } from './api';
import type { Conversation, Page } from './contract';
import type { Inbox } from './inbox.svelte';
import { mentions, passes } from './narrowing';
import { newestFirst, views, type View } from './views';

/**
 * One queue of the inbox, perhaps narrowed. It shows all conversations that belong to it, down to where its
 * pages have been loaded; live changes enter and leave it by the same rule.
 */
export class Listing {
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	next = $state<string | null>(null);
	loadingMore = $state(false);
	private horizon = $state(''); // updated_at of the last that was loaded; '' when all is

	constructor(
		private readonly inbox: Inbox,
		readonly view: View,
		readonly narrowing = ''
	) {}

	/** What the list is filtered by as somebody types; the server is not asked. */
	words = $state('');

	private readonly all = $derived.by(() => {
		const me = this.inbox.me.id;
		const has = views[this.view].has;
		const pass = passes(this.narrowing);
		return [...this.inbox.conversations.values()]
			.filter((c) => c.updated_at >= this.horizon && has(c, me) && pass(c))
			.sort(newestFirst);
	});

	readonly items = $derived.by(() =>
		this.words ? this.all.filter(mentions(this.words, this.inbox.me.id)) : this.all
	);

	async reload() {
		this.state = 'loading';
		try {
			await this.page(null);
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

	private page(cursor: string | null) {
		const narrowed = Object.fromEntries(new URLSearchParams(this.narrowing));
		const asked = { ...views[this.view].query, ...narrowed, limit: 50, cursor };
		return this.inbox.load<Page<Conversation>>(`/conversations${query(asked)}`, (page) => {
			for (const c of page.items) this.inbox.conversations.set(c.id, c);
			this.next = page.next_cursor;
			this.horizon = page.next_cursor ? (page.items.at(-1)?.updated_at ?? '') : '';
		});
	}
}
