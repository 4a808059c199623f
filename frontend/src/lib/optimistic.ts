import { reason } from './attempt';
import { toasts } from './toasts.svelte';

const unanswered = 'The server did not answer, so nothing was changed. Try again.';

/**
 * Shows a guess at once, and takes it back where the server refuses. Only what was guessed
 * goes back: a change that has come in the meantime knows more than the moment before.
 * What the server made of it comes over the socket, in its order.
 */
export async function optimistically<T extends object>(
	known: Map<string, T>,
	id: string,
	guess: Partial<T>,
	ask: () => Promise<unknown>,
	quiet = false
): Promise<boolean> {
	const before = known.get(id);
	if (before) known.set(id, { ...before, ...guess });
	try {
		await ask();
		return true;
	} catch (error) {
		const now = known.get(id);
		if (before && now) known.set(id, { ...now, ...undone(guess, before, now) });
		if (!quiet) toasts.say(reason(error, unanswered), { bad: true });
		return false;
	}
}

export function undone<T extends object>(guess: Partial<T>, before: T, now: T): Partial<T> {
	const back: Partial<T> = {};
	for (const key of Object.keys(guess) as (keyof T)[]) if (now[key] === guess[key]) back[key] = before[key];
	return back;
}
