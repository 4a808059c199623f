/** Where the page is: the address, which also holds the filters. */
class Route {
	path = $state(location.pathname);
	search = $state(location.search);

	readonly conversation = $derived(/\/c\/([0-9a-f-]{36})$/.exec(this.path)?.[1] ?? null);
	readonly query = $derived(new URLSearchParams(this.search));

	/** Forms that hold what is not saved yet: whoever leaves them is asked. */
	private readonly held = new Set<() => boolean>();

	constructor() {
		addEventListener('popstate', () => {
			if (this.mayLeave()) return this.read();
			history.pushState(null, '', this.path + this.search); // back to where the form is
		});
		addEventListener('beforeunload', (event) => {
			if ([...this.held].some((dirty) => dirty())) event.preventDefault();
		});
	}

	/** Asks before this page is left while something is not saved, until the answer is called. */
	hold(dirty: () => boolean): () => void {
		this.held.add(dirty);
		return () => this.held.delete(dirty);
	}

	private mayLeave() {
		return (
			![...this.held].some((dirty) => dirty()) ||
			confirm('What you have changed here is not saved. Leave it all the same?')
		);
	}

	go(to: string, replace = false) {
		if (to === location.pathname + location.search) return;
		if (to.split('?')[0] !== this.path && !this.mayLeave()) return;
		history[replace ? 'replaceState' : 'pushState'](null, '', to);
		this.read();
	}

	/** This address with some of its values set anew; an empty one is taken away. */
	with(values: Record<string, string>, path = this.path): string {
		const asked = new URLSearchParams(this.search);
		if (path !== this.path) asked.delete('m'); // a message of that other conversation
		for (const [name, value] of Object.entries(values)) {
			if (value) asked.set(name, value);
			else asked.delete(name);
		}
		return path + (asked.size ? `?${asked}` : '');
	}

	private read() {
		this.path = location.pathname;
		this.search = location.search;
	}
}

export const route = new Route();
