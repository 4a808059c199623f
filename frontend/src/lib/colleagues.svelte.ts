import { get } from './api';
import type { Page, User } from './contract';

/** The clinic's staff, asked for once, when they are first needed. */
export class Colleagues {
	all = $state<User[]>([]);
	private asked = false;

	async load() {
		if (this.asked) return;
		this.asked = true;
		try {
			const users = (await get<Page<User>>('/users?limit=200')).items.filter((u) => u.active);
			// Doctors first: it is to them that a conversation is handed over.
			const doctor = (u: User) => Number(u.role === 'doctor');
			this.all = users.sort((a, b) => doctor(b) - doctor(a) || a.name.localeCompare(b.name));
		} catch {
			this.asked = false; // whoever needs them next asks again
		}
	}
}
