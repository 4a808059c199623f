const rest = 150; // ms without a key

/**
 * What is found for what somebody types: asked for once the hand rests. What was typed last
 * counts, whatever answer comes last. Made in a component, whose end is its own.
 */
export class Lookup<T> {
	/** Nothing before the first answer. */
	found = $state.raw<T>();
	failed = $state(false);

	constructor(words: () => string, ask: (words: string) => Promise<T>) {
		$effect(() => {
			const typed = words().trim();
			let current = true;
			const timer = setTimeout(async () => {
				const found = await ask(typed).catch(() => undefined);
				if (!current) return;
				this.failed = found === undefined;
				if (found !== undefined) this.found = found;
			}, rest);
			return () => {
				current = false;
				clearTimeout(timer);
			};
		});
	}
}
