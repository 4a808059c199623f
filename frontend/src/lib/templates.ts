// Templates are filled in here; the server has checked their braces, and refuses what is left of them.

const place = /\{\{([^{}]*)\}\}/g;

/** The fields of a text, each once, in order. */
export const fieldsOf = (text: string) => [...new Set([...text.matchAll(place)].map((m) => m[1]!.trim()))];

/** The text with all that is known filled in. */
export const fill = (text: string, values: Record<string, string | undefined>) =>
	text.replace(place, (whole, name: string) => values[name.trim()]?.trim() || whole);

/** Why a text must not be sent yet, or nothing. */
export function objection(text: string): string {
	const left = fieldsOf(text)[0];
	return left === undefined ? '' : `Fill in {{${left}}} first.`;
}
