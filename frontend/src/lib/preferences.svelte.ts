import { patch } from './api';
import type { Preferences } from './contract';
import { Resource } from './resource.svelte';
import { Submission } from './submission.svelte';
import type { Topics } from './topics';

type Changes = Partial<Preferences>;

/**
 * How somebody is notified. Each switch is kept at once; what is switched while a change is on
 * its way goes out after it, together. Made in a component, whose end is its own.
 */
export class OwnPreferences {
	readonly submission = new Submission();
	private readonly known: Resource<Preferences>;
	private going = $state.raw<Changes>({});
	private waiting = $state.raw<Changes>({});

	constructor(topics: Topics) {
		this.known = new Resource<Preferences>(topics, ['preferences'], () => '/me/preferences');
	}

	/** As the server has them, and on top of it what it will be told. */
	get now(): Preferences | undefined {
		return this.known.value && { ...this.known.value, ...this.going, ...this.waiting };
	}

	get failed() {
		return this.known.state === 'failed';
	}

	load() {
		return this.known.load();
	}

	async keep(change: Changes) {
		this.waiting = { ...this.waiting, ...change };
		while (!this.submission.busy && Object.keys(this.waiting).length) {
			[this.going, this.waiting] = [this.waiting, {}];
			const kept = await this.submission.run(() => patch<Preferences>('/me/preferences', this.going));
			if (kept) this.known.value = kept;
			else this.waiting = {}; // it was made on top of what was refused, which is said
			this.going = {};
			if (!kept) await this.load();
		}
	}
}
