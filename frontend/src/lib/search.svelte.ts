import { query } from './api';
import type { Findings, Hit } from './contract';
import { Pages } from './pages.svelte';

const pause = 200; // ms after the last letter

/** One question to the server, and what it has found so far. */
export class Search {
	readonly pages = new Pages<Hit, Findings>(
		() => this.asked,
		(hit) => hit.message.id
	);
	private asked = $state(''); // nothing where there are no words
	private resting = $state(false); // until the hand does
	private timer: ReturnType<typeof setTimeout> | undefined;

	readonly state = $derived.by(() => {
		if (!this.asked) return 'idle';
		if (this.resting || this.pages.state === 'loading') return 'asking';
		return this.pages.state === 'failed' && !this.pages.first ? 'failed' : 'found';
	});
	readonly hits = $derived(this.pages.items);
	readonly people = $derived(this.pages.first?.people ?? []);

	/** Asks once nothing more is typed; what an older question finds is dropped. */
	ask(words: string, filters: Record<string, string> = {}) {
		const path = words.trim() && `/search${query({ q: words, ...filters })}`;
		if (path === this.asked && this.state !== 'failed') return; // it is asked already, or about to be
		clearTimeout(this.timer);
		this.asked = path;
		this.resting = !!path;
		if (!path) this.pages.drop();
		else this.timer = setTimeout(() => this.again(), pause);
	}

	again() {
		this.resting = false;
		void this.pages.load();
	}
}

const most = 8;

/** What somebody has searched for, the newest first; kept in this browser alone. */
export class Recent {
	all = $state.raw<string[]>([]);
	private readonly key: string;

	constructor(person: string) {
		this.key = `searches of ${person}`;
		try {
			const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? '[]');
			if (Array.isArray(kept)) this.all = kept.filter((w) => typeof w === 'string').slice(0, most);
		} catch {
			this.all = []; // nothing is lost by forgetting
		}
	}

	add(words: string) {
		const kept = words.trim();
		if (kept.length > 1) this.keep([kept, ...this.all.filter((w) => w !== kept)].slice(0, most));
	}

	forget() {
		this.keep([]);
	}

	private keep(all: string[]) {
		this.all = all;
		try {
			localStorage.setItem(this.key, JSON.stringify(all));
		} catch {
			// A browser that keeps nothing searches all the same.
		}
	}
}
