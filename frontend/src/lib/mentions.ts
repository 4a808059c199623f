import type { Conversation, User } from './contract';
import { plain } from './narrowing';

/** Says whether a colleague sees the conversation, and so may be called in a note of it. */
export function sees(u: User, c: Conversation): boolean {
	if (u.role === 'admin') return true;
	if (u.role === 'receptionist') return c.kind === 'front_desk';
	return c.doctor?.id === u.id || c.assignee?.id === u.id;
}

/** The word behind an @ that is being typed at a place of a text. */
export function calling(text: string, caret: number): { from: number; words: string } | undefined {
	const found = /(?:^|[\s(])@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]*){0,2})$/u.exec(text.slice(0, caret));
	if (!found) return undefined;
	const words = found[1] ?? '';
	return { from: caret - words.length - 1, words };
}

/** Those whose name has all the words, each at the beginning of one of its own. */
export function called(people: User[], words: string): User[] {
	const wanted = plain(words).split(/\s+/).filter(Boolean);
	return people.filter((u) => {
		const name = plain(u.name).split(/\s+/);
		return wanted.every((w) => name.some((part) => part.startsWith(w)));
	});
}

/** Which of the names a text calls with an @, the longest first where one begins another. */
export function mentioned<T extends { name: string }>(text: string, people: T[]): T[] {
	const found: T[] = [];
	let rest = text;
	for (const person of [...people].sort((a, b) => b.name.length - a.name.length)) {
		const call = `@${person.name}`;
		if (!rest.includes(call)) continue;
		found.push(person);
		rest = rest.replaceAll(call, '\n');
	}
	return found;
}

/** A text in parts: what stands between the calls, and the calls themselves. */
export function inParts(text: string, names: string[]): { text: string; call: boolean }[] {
	const parts = [{ text, call: false }];
	for (const name of [...names].sort((a, b) => b.length - a.length)) {
		for (let i = parts.length - 1; i >= 0; i--) {
			const part = parts[i]!;
			const pieces = part.call ? [] : part.text.split(`@${name}`);
			if (pieces.length < 2) continue;
			const split = pieces.flatMap((p, n) => [
				...(n ? [{ text: `@${name}`, call: true }] : []),
				{ text: p, call: false }
			]);
			parts.splice(i, 1, ...split.filter((p) => p.text));
		}
	}
	return parts;
}
