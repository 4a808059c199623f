import type { Draft } from './contract';

export type Waiting = Draft & { conversation_id: string; written_at: string };

/**
 * What no server has answered yet, in the order in which it was written. It outlives a
 * reload, and belongs to one person: somebody else who signs in here does not send it.
 */
export class Outbox {
	constructor(
		private readonly owner: string,
		private readonly kept: Storage = localStorage
	) {}

	private get key() {
		return `frontdesk.outbox.${this.owner}`;
	}

	all(): Waiting[] {
		try {
			return JSON.parse(this.kept.getItem(this.key) ?? '[]');
		} catch {
			return []; // somebody else's writing: there is nothing of ours in it
		}
	}

	keep(draft: Waiting) {
		this.write([...this.all().filter((d) => d.id !== draft.id), draft]);
	}

	drop(id: string) {
		const all = this.all();
		const rest = all.filter((d) => d.id !== id);
		if (rest.length < all.length) this.write(rest);
	}

	private write(drafts: Waiting[]) {
		if (drafts.length) this.kept.setItem(this.key, JSON.stringify(drafts));
		else this.kept.removeItem(this.key);
	}
}
