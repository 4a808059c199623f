import { untrack } from 'svelte';
import { get } from './api';
import type { Topics } from './topics';

/** Loads what stands at an address, and loads it anew where that is another, or one of its topics has changed. */
export function following(topics: Topics, names: string[], path: () => string | null, load: () => void) {
	$effect(() => {
		void path(); // another address is another thing
		untrack(load); // what it has loaded is no reason to load again
	});
	$effect(() => {
		const offs = names.map((name) => topics.on(name, load));
		return () => offs.forEach((off) => off());
	});
}

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
		following(topics, names, path, () => void this.load());
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
