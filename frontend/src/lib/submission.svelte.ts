import { Refusal, Unanswered } from './api';
import type { Problem } from './contract';

/** One form on its way to the server: whether it is going, and what the server said no to. */
export class Submission {
	busy = $state(false);
	problem = $state.raw<Problem>();
	/** No answer came: nothing is known of whether it was done. */
	unanswered = $state(false);
	private wait = $state<string>();

	/** Runs it once at a time. Says what came back, or undefined where it was refused. */
	async run<T>(ask: () => Promise<T>): Promise<T | undefined> {
		if (this.busy) return undefined;
		this.busy = true;
		this.problem = undefined;
		this.unanswered = false;
		try {
			return await ask();
		} catch (error) {
			if (error instanceof Refusal) this.problem = error.problem;
			else this.unanswered = true;
			this.wait = error instanceof Unanswered ? error.detail : undefined;
			return undefined;
		} finally {
			this.busy = false;
		}
	}

	/** What is wrong with one field, as the API names it. */
	at(field: string): string | undefined {
		return this.problem?.location === `body.${field}` ? this.problem.detail : undefined;
	}

	/** What is wrong with none of the fields that are shown. */
	elsewhere(...shown: string[]): string | undefined {
		if (this.unanswered)
			return this.wait ?? 'The server did not answer. Check your connection, then try again.';
		return shown.some((field) => this.at(field)) ? undefined : (this.problem?.detail ?? this.problem?.title);
	}
}
