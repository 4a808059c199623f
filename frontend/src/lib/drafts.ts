import type { Channel } from './contract';

/**
 * What somebody was writing, for each conversation and channel; it never follows into
 * another one.
 */
export class Drafts {
	constructor(
		private readonly owner: string,
		private readonly kept: Storage = localStorage
	) {}

	private key(conversation: string, channel: Channel) {
		return `frontdesk.draft.${this.owner}.${conversation}.${channel}`;
	}

	read(conversation: string, channel: Channel): string {
		return this.kept.getItem(this.key(conversation, channel)) ?? '';
	}

	keep(conversation: string, channel: Channel, body: string) {
		if (body.trim()) this.kept.setItem(this.key(conversation, channel), body);
		else this.kept.removeItem(this.key(conversation, channel));
	}
}
