import type { Conversation } from './contract';
import { title } from './views';

// A queue can be narrowed further. The address says by what, in the server's own words.
const filters = {
	status: (c: Conversation, value: string) => (value === 'unread' ? c.unread_count > 0 : c.status === value),
	starred: (c: Conversation) => c.starred,
	assignee_id: (c: Conversation, value: string) => c.assignee?.id === value,
	label: (c: Conversation, value: string) => !!c.labels?.includes(value)
};

export type Filter = keyof typeof filters;

/** Those of an address's values that narrow a queue: the same string for the same filters. */
export function narrowingOf(asked: URLSearchParams): string {
	const known = Object.keys(filters).filter((name) => asked.get(name));
	return new URLSearchParams(known.map((name) => [name, asked.get(name)!])).toString();
}

/** Says of a conversation whether it passes, as the server would. */
export function passes(narrowing: string): (c: Conversation) => boolean {
	const asked = [...new URLSearchParams(narrowing)] as [Filter, string][];
	return (c) => asked.every(([name, value]) => filters[name](c, value));
}

/** For comparing what people type: without accents, in small letters. */
export const plain = (s: string) => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Says of a conversation whether each of the words is in its names, labels or last message. */
export function mentions(words: string, me: string): (c: Conversation) => boolean {
	const wanted = plain(words).split(/\s+/).filter(Boolean);
	if (!wanted.length) return () => true;
	return (c) => {
		const people = [title(c, me), c.doctor?.name, c.assignee?.name];
		const text = plain([...people, ...(c.labels ?? []), c.last_message?.body].join(' '));
		return wanted.every((w) => text.includes(w));
	};
}
