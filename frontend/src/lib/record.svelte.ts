import type { ChannelState, Conversation, Patient } from './contract';
import type { Inbox } from './inbox.svelte';
import { Resource } from './resource.svelte';

/**
 * A patient as staff read of them: who it is, by what they are reached, and the conversations with
 * them. Made in a component, whose end is its own.
 */
export class PatientRecord {
	readonly patient: Resource<Patient>;
	readonly channels: Resource<{ items: ChannelState[] }>;

	constructor(
		private readonly inbox: Inbox,
		private readonly id: string
	) {
		const topics = [`patient:${id}`];
		this.patient = new Resource(inbox.topics, topics, () => `/patients/${id}`);
		this.channels = new Resource(inbox.topics, [...topics, 'channels'], () => `/patients/${id}/channels`);
		$effect(() => inbox.follow(id));
	}

	get threads(): Conversation[] {
		return [...this.inbox.conversations.values()].filter((c) => c.patient?.id === this.id);
	}
}
