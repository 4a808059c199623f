type Listener = () => void;

/** Tells whoever shows a thing that it has changed. Things are named as the server names them. */
export class Topics {
	private readonly listeners = new Map<string, Set<Listener>>();

	/** Calls back after each change of the topic, until the answer is called. */
	on(topic: string, listener: Listener): () => void {
		const all = this.listeners.get(topic) ?? new Set();
		this.listeners.set(topic, all.add(listener));
		return () => all.delete(listener);
	}

	tell(topics: string[]) {
		const told = new Set<Listener>(); // each once, whatever it listens to
		for (const topic of topics) for (const listener of this.listeners.get(topic) ?? []) told.add(listener);
		for (const listener of told) listener();
	}

	tellAll() {
		this.tell([...this.listeners.keys()]);
	}
}
