import type { Channel } from './contract';

/**
 * A letter's subject and its form are kept beside its words. The form counts only while it says
 * the same as they do.
 */
type Part = Channel | 'subject' | 'form';

/**
 * What somebody was writing, for each conversation and channel; it never follows into
 * another one.
 */
export class Drafts {
	constructor(
		private readonly owner: string,
		private readonly kept: Storage = localStorage
	) {}

	private key(conversation: string, channel: Part) {
		return `frontdesk.draft.${this.owner}.${conversation}.${channel}`;
	}

	read(conversation: string, channel: Part): string {
		return this.kept.getItem(this.key(conversation, channel)) ?? '';
	}

	keep(conversation: string, channel: Part, body: string) {
		if (body.trim()) this.kept.setItem(this.key(conversation, channel), body);
		else this.kept.removeItem(this.key(conversation, channel));
	}
}
