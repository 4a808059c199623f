/** What somebody has written: its words, and its form where it has one, which says the same. */
export type Written = { body: string; html?: string };

/** A field as those see it who help with the writing, be it plain or formatted. */
export interface Field {
	readonly element: HTMLElement;
	readonly disabled: boolean;
	focus(): void;
	read(): Written;
	/** In place of all that is there. */
	write(what: Written): void;
	/** Below what is there. */
	add(what: Written): void;
	/** Where a slash stands before the caret, at a line's start or after a space; else -1. */
	slash(): number;
	/** At the caret, or in place of a slash. */
	insert(text: string, slash: number): void;
	/** Calls back when a slash has been typed, until the answer is called. */
	onSlash(hear: () => void): () => void;
}

/** A slash at the end of what stands before the caret. */
export const opens = (before: string) => /(^|\s)\/$/.test(before);

/** A field that holds text alone. */
export class PlainField implements Field {
	constructor(readonly element: HTMLTextAreaElement) {}

	get disabled() {
		return this.element.disabled;
	}

	focus() {
		this.element.focus();
	}

	read(): Written {
		return { body: this.element.value };
	}

	write({ body }: Written) {
		this.element.value = body;
		this.changed();
	}

	add({ body }: Written) {
		const { value } = this.element;
		this.write({ body: value.trim() ? `${value}\n${body}` : body });
	}

	slash(): number {
		const at = this.element.selectionStart;
		return opens(this.element.value.slice(0, at)) ? at - 1 : -1;
	}

	insert(text: string, slash: number) {
		const { selectionStart, selectionEnd } = this.element;
		const [from, to] = slash < 0 ? [selectionStart, selectionEnd] : [slash, slash + 1];
		this.element.setRangeText(text, from, to, 'end');
		this.changed();
	}

	onSlash(hear: () => void) {
		const written = (event: Event) => (event as InputEvent).data === '/' && this.slash() >= 0 && hear();
		this.element.addEventListener('input', written);
		return () => this.element.removeEventListener('input', written);
	}

	private changed() {
		this.element.dispatchEvent(new Event('input', { bubbles: true }));
	}
}
