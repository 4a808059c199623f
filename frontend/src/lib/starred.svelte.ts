import { del, get, put, query } from './api';
import type { Hit, Page } from './contract';
import type { Inbox } from './inbox.svelte';
import { toasts } from './toasts.svelte';

/** The messages that one's side has starred. Made in a component, whose end is its own. */
export class Starred {
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	hits = $state.raw<Hit[]>([]);
	next = $state<string | null>(null);
	private asked = 0;

	constructor(inbox: Inbox) {
		$effect(() => {
			void this.load();
			return inbox.onChange((change) => {
				if (
					change.messages.some((m) => m.starred || this.hits.some((h) => h.message.id === m.id)) ||
					change.removed.length
				)
					void this.load();
			});
		});
	}

	async load() {
		const mine = ++this.asked;
		try {
			const page = await get<Page<Hit>>('/messages/starred?limit=50');
			if (mine !== this.asked) return; // a later question has its own answer
			this.hits = page.items;
			this.next = page.next_cursor;
			this.state = 'loaded';
		} catch {
			if (mine === this.asked) this.state = 'failed';
		}
	}

	async more() {
		const mine = this.asked;
		const page = await get<Page<Hit>>(`/messages/starred${query({ limit: 50, cursor: this.next })}`).catch(
			() => {
				toasts.say('More could not be loaded. Try again.', { bad: true });
			}
		);
		if (!page || mine !== this.asked) return;
		this.hits = [...this.hits, ...page.items];
		this.next = page.next_cursor;
	}

	/** Takes a star away, with a way back. */
	async unstar(hit: Hit) {
		const path = `/messages/${hit.message.id}/star`;
		const done = await del(path).then(
			() => true,
			() => false
		);
		void this.load();
		if (!done) return toasts.say('The star could not be taken away. Try again.', { bad: true });
		toasts.say('The star is taken away.', { undo: () => void put(path).then(() => this.load()) });
	}
}
