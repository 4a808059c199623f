import { get, query, Refusal } from './api';
import type { Findings, Hit, PersonFound } from './contract';

const pause = 200; // ms after the last letter

/** One question to the server, and what it has found so far. */
export class Search {
	state = $state<'idle' | 'asking' | 'found' | 'failed'>('idle');
	hits = $state.raw<Hit[]>([]);
	people = $state.raw<PersonFound[]>([]);
	next = $state<string | null>(null);
	/** What the server said no to. */
	refused = $state('');
	private asked = '';
	private timer: ReturnType<typeof setTimeout> | undefined;

	/** Asks once nothing more is typed; what an older question finds is dropped. */
	ask(words: string, filters: Record<string, string> = {}) {
		clearTimeout(this.timer);
		const path = `/search${query({ q: words, ...filters })}`;
		if (path === this.asked && this.state !== 'failed') return;
		this.asked = path;
		this.refused = '';
		if (!words.trim()) {
			this.state = 'idle';
			this.hits = [];
			this.people = [];
			this.next = null;
			return;
		}
		this.state = 'asking';
		this.timer = setTimeout(() => void this.load(path, null), pause);
	}

	again() {
		this.state = 'asking';
		void this.load(this.asked, null);
	}

	more() {
		if (this.next && this.state === 'found') void this.load(this.asked, this.next);
	}

	private async load(path: string, cursor: string | null) {
		try {
			const found = await get<Findings>(path + (cursor ? `&cursor=${cursor}` : ''));
			if (path !== this.asked) return;
			this.hits = cursor ? [...this.hits, ...found.items] : found.items;
			if (!cursor) this.people = found.people;
			this.next = found.next_cursor;
			this.state = 'found';
		} catch (error) {
			if (path !== this.asked) return;
			this.refused = error instanceof Refusal ? (error.problem.detail ?? error.problem.title) : '';
			this.state = 'failed';
		}
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
