// How an SMS travels: in parts, of which each holds fewer characters once one of them is outside
// of the alphabet of GSM 03.38. The same rules as the server's.

// What one part holds, alone and as one of several: septets of that alphabet, or units of UTF-16.
const narrow = { alone: 160, part: 153 };
const wide = { alone: 70, part: 67 };

const basic = new Set(
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
);
const extended = new Set('\f^{}\\[~]|€'); // reached through an escape, at the cost of two

export type Segments = {
	/** How many parts; none for an empty text. */
	parts: number;
	/** How many more of its characters the last part holds. */
	left: number;
	/** The first character that needs the wide alphabet, where one does. */
	offender: string;
};

export function segments(text: string): Segments {
	const characters = [...text]; // whole ones: a part never ends within a surrogate pair
	const offender = characters.find((c) => !basic.has(c) && !extended.has(c)) ?? '';
	const { alone, part } = offender ? wide : narrow;
	const cost = (c: string) => (offender ? c.length : extended.has(c) ? 2 : 1);
	let total = 0;
	let parts = 0;
	let room = 0;
	for (const c of characters) {
		total += cost(c);
		if (room < cost(c)) {
			parts++;
			room = part;
		}
		room -= cost(c);
	}
	if (total <= alone) return { parts: Math.min(parts, 1), left: alone - total, offender };
	return { parts, left: room, offender };
}

/** A character as it can be told of: one that is not seen, by its name. */
export function named(character: string): string {
	const unseen: Record<string, string> = {
		'\t': 'a tab',
		'\u00a0': 'a non-breaking space',
		'\u202f': 'a narrow space',
		'\u200b': 'an invisible space',
		'\u200d': 'an invisible joiner'
	};
	return unseen[character] ?? `“${character}”`;
}
