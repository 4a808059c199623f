import { get, Refusal } from './api';
import type { Page } from './contract';

type Ask<P> = (path: string, take: (page: P) => void) => Promise<void>;

/**
 * A list of the server's, page after page. One question is asked at a time, and the newest counts:
 * what an older one is answered, or one for another address, is dropped.
 */
export class Pages<T, P extends Page<T> = Page<T>> {
	state = $state<'loading' | 'loaded' | 'failed'>('loading');
	items = $state.raw<T[]>([]);
	/** With what else it says. */
	first = $state.raw<P>();
	next = $state<string | null>(null);
	busy = $state(false);
	/** What the server said no to. */
	refused = $state('');
	private held = ''; // the address of what is held
	private stale = true; // the top is to be read before anything else
	private question = 0;

	/** The address has a query already: a page's cursor comes behind it. */
	constructor(
		private readonly path: () => string,
		private readonly id: (item: T) => string,
		private readonly ask: Ask<P> = async (path, take) => take(await get<P>(path))
	) {}

	/** Loads it from its top, as far down as it is held. What is held stays until then. */
	load(quiet = false): Promise<void> {
		if (!quiet) this.state = 'loading';
		this.stale = true;
		const path = this.path();
		return this.read(path, [], null, path === this.held ? this.items.length : 0);
	}

	/** Goes on, or begins again where that has failed. */
	async more(): Promise<void> {
		if (this.busy) return;
		if (this.stale) await this.load();
		else if (this.next) await this.read(this.held, this.items, this.next, 0);
	}

	/** Nothing is asked any more. */
	drop() {
		this.question++;
		this.busy = false;
		this.forget();
	}

	private async read(path: string, before: T[], from: string | null, enough: number) {
		const mine = ++this.question;
		const current = () => mine === this.question && path === this.path();
		const found = new Map(before.map((item) => [this.id(item), item]));
		let [first, next]: [P | undefined, string | null] = [from ? this.first : undefined, from];
		this.busy = true;
		try {
			do {
				await this.ask(path + (next ? `&cursor=${encodeURIComponent(next)}` : ''), (page) => {
					for (const item of page.items) found.set(this.id(item), item);
					first ??= page;
					next = page.next_cursor;
				});
			} while (next && found.size < enough && current());
			if (current()) this.take(path, [...found.values()], first, next);
		} catch (error) {
			if (current()) this.failed(path, error);
		} finally {
			if (mine === this.question) this.busy = false;
		}
	}

	private take(path: string, items: T[], first: P | undefined, next: string | null) {
		this.held = path;
		this.stale = false;
		this.items = items;
		this.first = first;
		this.next = next;
		this.state = 'loaded';
	}

	private failed(path: string, error: unknown) {
		if (path !== this.held) this.forget(); // it is of another question
		this.refused = error instanceof Refusal ? error.message : '';
		this.state = 'failed';
	}

	private forget() {
		this.held = '';
		this.stale = true;
		this.items = [];
		this.first = undefined;
		this.next = null;
	}
}
