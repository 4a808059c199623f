import { untrack } from 'svelte';
import { get } from './api';
import type { Topics } from './topics';

/**
 * Something of the server's as it is now: loaded, and loaded anew when one of its topics has
 * changed. Made in a component, whose end is its own.
 */
export class Resource<T> {
	value = $state.raw<T>();
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	private asked = 0;

	constructor(
		topics: Topics,
		names: string[],
		private readonly path: () => string | null,
		private readonly ask: (path: string) => Promise<T> = get
	) {
		$effect(() => {
			void this.path(); // another address is another thing
			untrack(() => void this.load()); // what it has loaded is no reason to load again
		});
		$effect(() => {
			const offs = names.map((name) => topics.on(name, () => void this.load()));
			return () => offs.forEach((off) => off());
		});
	}

	async load() {
		const path = this.path();
		const mine = ++this.asked;
		if (path === null) return;
		if (this.value === undefined) this.state = 'loading';
		try {
			const value = await this.ask(path);
			if (mine !== this.asked) return; // a later question has its own answer
			this.value = value;
			this.state = 'loaded';
		} catch {
			if (mine === this.asked) this.state = 'failed';
		}
	}
}
