export type Toast = { id: number; text: string; undo?: () => void; open?: () => void; bad?: true };

const shownFor = 7000; // ms

/** Short words about what was done, with a way back. */
class Toasts {
	all = $state<Toast[]>([]);
	private last = 0;

	say(text: string, more: Omit<Toast, 'id' | 'text'> = {}): number {
		const id = ++this.last;
		this.all = [...this.all.slice(-2), { id, text, ...more }];
		setTimeout(() => this.drop(id), shownFor);
		return id;
	}

	drop(id: number) {
		this.all = this.all.filter((t) => t.id !== id);
	}
}

export const toasts = new Toasts();
