import { query } from './api';
import type { ChannelState, Conversation, Page, Patient } from './contract';
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
		this.channels = new Resource(inbox.topics, topics, () => `/patients/${id}/channels`);
		void inbox
			.load<Page<Conversation>>(`/conversations${query({ patient_id: id, archived: 'any' })}`, (page) => {
				for (const c of page.items) inbox.conversations.set(c.id, c);
			})
			.catch(() => undefined); // only those that are not known yet are missing then
	}

	get threads(): Conversation[] {
		return [...this.inbox.conversations.values()].filter((c) => c.patient?.id === this.id);
	}
}
