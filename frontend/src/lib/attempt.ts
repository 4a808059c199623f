import { Refusal } from './api';
import { toasts } from './toasts.svelte';

/** Why it was not done, in words for whoever asked for it. */
export const reason = (error: unknown, silence = 'The server did not answer. Try again.') =>
	error instanceof Refusal ? error.message : silence;

/** Does what has no form of its own. Says whether it is done; where it is not, a toast says why. */
export async function attempt(ask: () => Promise<unknown>): Promise<boolean> {
	try {
		await ask();
		return true;
	} catch (error) {
		toasts.say(reason(error), { bad: true });
		return false;
	}
}
