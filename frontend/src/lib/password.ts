export type Strength = { score: 0 | 1 | 2 | 3; word: string };

const atLeast = 10; // as the server asks for

/** What to say of a password while it is being typed. The server has the last word. */
export function strength(password: string): Strength {
	const length = [...password].length;
	if (length === 0)
		return { score: 0, word: `${atLeast} characters or more. A few words are easy to remember.` };
	if (length < atLeast) {
		const more = atLeast - length;
		return { score: 0, word: `${more} more ${more === 1 ? 'character' : 'characters'}` };
	}
	const variety = new Set(password.toLowerCase()).size;
	if (variety < 5) return { score: 0, word: 'Too much of the same: use more different characters' };
	if (/^[a-z]+\d*$|^\d+$/i.test(password) && length < 14) return { score: 1, word: 'Weak: add another word' };
	if (length < 16 || variety < 9) return { score: 2, word: 'Good' };
	return { score: 3, word: 'Strong' };
}
