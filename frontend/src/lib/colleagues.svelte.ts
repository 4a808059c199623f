import { get } from './api';
import type { Page, User } from './contract';

/** The clinic's staff, asked for once, when they are first needed. */
export class Colleagues {
	/** Those who may be given a conversation, or be called: they have access to messages. */
	all = $state<User[]>([]);
	private everybody = $state.raw<User[]>([]);
	private asked = false;

	/** Also of those who have left. */
	name(id: string): string {
		return this.everybody.find((u) => u.id === id)?.name ?? '';
	}

	async load() {
		if (this.asked) return;
		this.asked = true;
		try {
			this.everybody = (await get<Page<User>>('/users?limit=200')).items;
			const users = this.everybody.filter((u) => u.hub);
			// Doctors first: it is to them that a conversation is handed over.
			const doctor = (u: User) => Number(u.role === 'doctor');
			this.all = users.sort((a, b) => doctor(b) - doctor(a) || a.name.localeCompare(b.name));
		} catch {
			this.asked = false; // whoever needs them next asks again
		}
	}
}
