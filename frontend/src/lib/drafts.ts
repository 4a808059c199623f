import type { Channel } from './contract';
import { uuid } from './uuid';

/**
 * A letter's subject and its form are kept beside its words, and so is under which id they went
 * out. The form counts only while it says the same as they do.
 */
type Part = Channel | 'subject' | 'form' | 'tried';

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

	/**
	 * The id under which this content goes out: the same for the same content, also after a
	 * reload, so that a message whose answer was lost is not there twice.
	 */
	id(conversation: string, content: string): string {
		const tried = this.read(conversation, 'tried');
		const id = tried.slice(0, tried.indexOf(' '));
		if (id && tried === `${id} ${content}`) return id;
		const fresh = uuid();
		this.keep(conversation, 'tried', `${fresh} ${content}`);
		return fresh;
	}
}
