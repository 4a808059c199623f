import { untrack } from 'svelte';

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const copy = <V>(value: V): V => JSON.parse(JSON.stringify(value));

/**
 * What somebody edits of a thing that others may change at the same time. What they have not
 * touched follows the server; what they have stays theirs, and it is told that it moved.
 */
export class Form<T extends object> {
	now = $state() as T;
	/** What others have changed while it was being edited here. */
	moved = $state.raw<(keyof T)[]>([]);
	private base = $state.raw() as T;

	constructor(base: T) {
		this.base = copy(base);
		this.now = copy(base);
	}

	readonly changed = $derived(
		(Object.keys(this.base) as (keyof T)[]).filter((k) => !same(this.now[k], this.base[k]))
	);
	readonly dirty = $derived(this.changed.length > 0);

	/** Takes in how the thing is now. An effect that does so follows the thing alone. */
	adopt(fresh: T) {
		untrack(() => this.take(fresh));
	}

	private take(fresh: T) {
		const moved = new Set(this.moved);
		for (const key of Object.keys(fresh) as (keyof T)[]) {
			if (same(fresh[key], this.base[key])) continue;
			if (same(this.now[key], this.base[key])) this.now[key] = copy(fresh[key]);
			else if (!same(this.now[key], fresh[key])) moved.add(key);
		}
		this.base = copy(fresh);
		this.moved = [...moved].filter((key) => !same(this.now[key], fresh[key]));
	}

	/** What is to be sent. */
	difference(): Partial<T> {
		return Object.fromEntries(this.changed.map((key) => [key, $state.snapshot(this.now[key])])) as Partial<T>;
	}

	/** Takes in the answer to what was sent, as the server has written it. What was typed since stays. */
	saved(fresh: T, sent: Partial<T>) {
		for (const key of Object.keys(fresh) as (keyof T)[]) {
			const left = key in sent ? sent[key] : this.base[key];
			if (same(this.now[key], left)) this.now[key] = copy(fresh[key]);
		}
		this.base = copy(fresh);
		this.moved = this.moved.filter((key) => !(key in sent) && !same(this.now[key], fresh[key]));
	}

	/** Back to how the thing is. */
	discard() {
		this.now = copy(this.base);
		this.moved = [];
	}
}
