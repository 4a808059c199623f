import type { Attachment, Draft, Problem } from './contract';

/** A message on its way: not answered yet, or refused and not yet edited or discarded. */
export type Waiting = Draft & {
	conversation_id: string;
	written_at: string;
	files?: Attachment[]; // those that it names, to be shown
	refused?: Problem;
};

/**
 * What a person wrote and the server has not taken, in the order in which it was written. It
 * outlives a reload, and belongs to one person: somebody else who signs in here does not send it.
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

	/** The conversation's first that still has to go out. */
	first(conversation: string): Waiting | undefined {
		return this.all().find((w) => w.conversation_id === conversation && !w.refused);
	}

	keep(draft: Waiting) {
		const all = this.all();
		const at = all.findIndex((d) => d.id === draft.id);
		this.write(at < 0 ? [...all, draft] : all.with(at, draft));
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
