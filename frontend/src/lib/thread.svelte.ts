import { SvelteMap } from 'svelte/reactivity';
import type { Message, Problem } from './contract';

/** A message as the page shows it: pending until the server has answered, or refused. */
export type Shown = Message & { pending?: true; refused?: Problem };

/** The messages of one conversation, as far as they are loaded. */
export class Thread {
	readonly messages = new SvelteMap<string, Shown>();
	state = $state<'empty' | 'loading' | 'loaded' | 'failed'>('empty');
	/** Where the next older page begins; null where there is none. */
	older = $state<string | null>(null);
	loadingOlder = $state(false);
	/** The conversation that this one was joined to: there it goes on. */
	joined = $state<string>();
	/** Where the next newer page begins, after a look at an old message; null while it is live. */
	newer = $state<string | null>(null);
	loadingNewer = $state(false);

	/** Oldest first; what the server does not have yet comes last. */
	readonly inOrder = $derived([...this.messages.values()].sort((a, b) => order(a, b)));

	readonly newest = $derived(this.inOrder.findLast((m) => !m.pending && !m.refused));

	/** What has come after a message, as the server has it. */
	since(id: string): Shown[] {
		const at = this.messages.get(id)?.created_at;
		return at ? this.inOrder.filter((m) => m.created_at > at && !m.pending && !m.refused) : [];
	}

	/** What comes while the end is not there yet is left for its page: there is to be no gap. */
	settle(message: Message) {
		const end = this.newer ? this.messages.get(this.newer)?.created_at : undefined;
		if (end && message.created_at > end && !this.messages.has(message.id)) return;
		this.messages.set(message.id, message);
	}

	/** A stretch around an old message, or what follows it. */
	stretch(items: Message[], newer: string | null) {
		for (const m of items) this.messages.set(m.id, m);
		this.newer = newer;
	}

	/** Forgets what the server has told; what it has not taken yet stays. */
	clear() {
		for (const m of this.messages.values()) if (!m.pending && !m.refused) this.messages.delete(m.id);
		this.older = null;
		this.newer = null;
	}

	/** Drops what is older than a message: a change of the whole conversation has not told it. */
	keepFrom(oldest: Message) {
		for (const m of this.messages.values()) {
			if (!m.pending && !m.refused && m.created_at < oldest.created_at) this.messages.delete(m.id);
		}
		this.older = oldest.id;
	}
}

function order(a: Shown, b: Shown) {
	const late = Number(!!(a.pending || a.refused)) - Number(!!(b.pending || b.refused));
	if (late) return late;
	return a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id < b.id ? -1 : 1;
}
