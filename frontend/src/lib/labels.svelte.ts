import { get } from './api';
import type { Conversation, Label, Page } from './contract';
import type { Inbox } from './inbox.svelte';

/** The clinic's labels, with their colours. */
export class Labels {
	all = $state.raw<Label[]>([]);
	private readonly colours = $derived(new Map(this.all.map((l) => [l.name, l.colour])));
	private asked = 0;

	constructor(private readonly inbox: Inbox) {
		inbox.topics.on('labels', () => void this.load(true));
	}

	/** A name that is just being taken away has none any more. */
	colour(name: string): Label['colour'] {
		return this.colours.get(name) ?? 'grey';
	}

	/** Loads them, and after a change brings what is on the screen up to date with it. */
	async load(changed = false): Promise<void> {
		const mine = ++this.asked;
		const page = await get<Page<Label>>('/labels').catch(() => undefined);
		if (!page || mine !== this.asked) return; // the next change or reset asks again
		const before = this.all;
		this.all = page.items;
		if (!changed) return;
		this.rename(before);
		for (const listing of this.inbox.listings) void listing.pages.load(true);
	}

	/** What is held carries the new names at once, also what no list loads again. */
	private rename(before: Label[]) {
		const now = new Map(this.all.map((l) => [l.id, l.name]));
		const to = new Map(before.map((l) => [l.name, now.get(l.id)]));
		if ([...to].every(([was, is]) => was === is)) return;
		for (const c of this.inbox.conversations.values()) {
			const labels = relabelled(c, to);
			if (labels) this.inbox.conversations.set(c.id, { ...c, labels });
		}
	}
}

/** A conversation's labels after a change of names, where one of them is concerned. */
function relabelled(c: Conversation, to: Map<string, string | undefined>): string[] | undefined {
	if (!c.labels?.some((l) => to.has(l) && to.get(l) !== l)) return undefined;
	return c.labels.map((l) => (to.has(l) ? to.get(l) : l)).filter((l) => l !== undefined);
}
