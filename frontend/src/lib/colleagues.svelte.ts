import { getAll } from './api';
import type { User } from './contract';
import type { Topics } from './topics';

/** The clinic's staff, asked for when they are first needed, and anew after each change. */
export class Colleagues {
	/** Those who may be given a conversation, or be called: they have access to messages. */
	all = $state<User[]>([]);
	private everybody = $state.raw<User[]>([]);
	private asked = false;
	private question = 0;

	constructor(topics: Topics) {
		topics.on('users', () => {
			if (this.asked) void this.fetch();
		});
	}

	/** Also of those who have left. */
	name(id: string): string {
		return this.everybody.find((u) => u.id === id)?.name ?? '';
	}

	async load() {
		if (!this.asked) await this.fetch();
	}

	private async fetch() {
		this.asked = true;
		const mine = ++this.question;
		try {
			const found = await getAll<User>('/users');
			if (mine !== this.question) return; // a later question has its own answer
			this.everybody = found;
			const users = found.filter((u) => u.hub);
			// Doctors first: it is to them that a conversation is handed over.
			const doctor = (u: User) => Number(u.role === 'doctor');
			this.all = users.sort((a, b) => doctor(b) - doctor(a) || a.name.localeCompare(b.name));
		} catch {
			this.asked = false; // whoever needs them next asks again
		}
	}
}
