import { untrack } from 'svelte';
import { del, put } from './api';
import type { Hit } from './contract';
import type { Inbox } from './inbox.svelte';
import { Pages } from './pages.svelte';
import { toasts } from './toasts.svelte';

/** The messages that one's side has starred. Made in a component, whose end is its own. */
export class Starred extends Pages<Hit> {
	constructor(inbox: Inbox) {
		super(
			() => '/messages/starred?limit=50',
			(hit) => hit.message.id
		);
		$effect(() => {
			untrack(() => void this.load());
			return inbox.onChange((change) => {
				if (
					change.messages.some((m) => m.starred || this.items.some((h) => h.message.id === m.id)) ||
					change.removed.length
				)
					void this.load();
			});
		});
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
