import { get } from './api';
import type { Counts as Counted, Page, SavedView } from './contract';
import type { Inbox } from './inbox.svelte';

const soon = 250; // ms after the first change, so that what comes together is counted once
const rest = 2500; // ms between two counts, so that many pages in a busy clinic do not ask without end

/** How many conversations stand in each queue and saved view, as the server has them. */
export class Counts {
	queues = $state.raw<Counted['queues']>();
	views = $state.raw<Record<string, number>>({});
	saved = $state.raw<SavedView[]>([]);
	private timer: ReturnType<typeof setTimeout> | undefined;
	private counted = 0; // when
	private asking = false;
	private stale = false;

	constructor(inbox: Inbox) {
		inbox.topics.on('views', () => void this.load());
		document.addEventListener('visibilitychange', () => this.stale && this.changed());
	}

	/** Also the views themselves. */
	async load() {
		const page = await get<Page<SavedView>>('/views').catch(() => undefined);
		if (page) this.saved = page.items;
		await this.count();
	}

	/** Something may count differently: asks, but not at once, and not where nobody looks. */
	changed() {
		this.stale = true;
		if (this.timer || document.visibilityState !== 'visible') return;
		const wait = Math.max(soon, this.counted + rest * (0.8 + Math.random() * 0.4) - Date.now());
		this.timer = setTimeout(() => {
			this.timer = undefined;
			void this.count();
		}, wait);
	}

	private async count() {
		if (this.asking) return this.changed(); // what it hears of may come after what is being counted
		this.asking = true;
		this.stale = false;
		const counts = await get<Counted>('/views/counts').catch(() => undefined);
		this.asking = false;
		this.counted = Date.now();
		if (!counts) return; // the next change or hello asks again
		this.queues = counts.queues;
		this.views = Object.fromEntries(counts.views.map((v) => [v.id, v.count]));
	}
}

/** As a badge says it: the server counts no further than a thousand. */
export const badge = (n: number) => (n >= 1000 ? '999+' : String(n));
