import { SvelteSet } from 'svelte/reactivity';

/** Which of a list's conversations somebody has picked, to do the same with all of them. */
export class Selection {
	private readonly picked = new SvelteSet<string>();
	private anchor: string | undefined; // where a range begins

	/** In what order the list shows what it has loaded. */
	constructor(private readonly list: () => string[]) {}

	/** Those that are in the list still, in its order: what a colleague has filed away is not. */
	readonly ids = $derived.by(() => this.list().filter((id) => this.picked.has(id)));

	has(id: string): boolean {
		return this.picked.has(id);
	}

	get whole(): boolean {
		return this.ids.length > 0 && this.ids.length === this.list().length;
	}

	toggle(id: string) {
		if (!this.picked.delete(id)) this.picked.add(id);
		this.anchor = id;
	}

	/** All from where the last pick was to here. */
	upTo(id: string) {
		const all = this.list();
		const [from, to] = [all.indexOf(this.anchor ?? id), all.indexOf(id)].sort((a, b) => a - b);
		if (from === undefined || to === undefined || from < 0) return this.toggle(id);
		for (const each of all.slice(from, to + 1)) this.picked.add(each);
	}

	/** All that the list has loaded, or none where that is so. */
	all() {
		const none = this.whole;
		this.clear();
		if (!none) for (const id of this.list()) this.picked.add(id);
	}

	clear() {
		this.picked.clear();
		this.anchor = undefined;
	}
}
