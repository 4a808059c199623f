import { query } from './api';
import type { Conversation, Page } from './contract';
import type { Inbox } from './inbox.svelte';
import { newestFirst, views, type View } from './views';

/**
 * One queue of the inbox. It shows all conversations that belong to it, down to where its
 * pages have been loaded; live changes enter and leave it by the same rule.
 */
export class Listing {
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	next = $state<string | null>(null);
	loadingMore = $state(false);
	private horizon = $state(''); // updated_at of the last that was loaded; '' when all is

	constructor(
		private readonly inbox: Inbox,
		readonly view: View
	) {}

	readonly items = $derived.by(() => {
		const has = views[this.view].has;
		return [...this.inbox.conversations.values()]
			.filter((c) => has(c, this.inbox.me.id) && c.updated_at >= this.horizon)
			.sort(newestFirst);
	});

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
		} finally {
			this.loadingMore = false;
		}
	}

	private page(cursor: string | null) {
		const asked = { ...views[this.view].query, limit: 50, cursor };
		return this.inbox.load<Page<Conversation>>(`/conversations${query(asked)}`, (page) => {
			for (const c of page.items) this.inbox.conversations.set(c.id, c);
			this.next = page.next_cursor;
			this.horizon = page.next_cursor ? (page.items.at(-1)?.updated_at ?? '') : '';
		});
	}
}
