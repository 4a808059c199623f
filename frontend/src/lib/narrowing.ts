import type { Conversation } from './contract';
import { title } from './views';

type Rule = (c: Conversation, value: string, me: string) => boolean;

const yes = (fact: (c: Conversation, me: string) => boolean): Rule => {
	return (c, value, me) => value === 'any' || fact(c, me) === (value === 'true');
};

const isMine = (c: Conversation, me: string) =>
	c.assignee?.id === me || c.doctor?.id === me || !!c.participants?.some((p) => p.id === me);

// What a list can be narrowed by, in the server's own words, and as the server judges it. Reading is
// told to the page before the server has answered: hence the count, where a status would do.
const filters = {
	archived: yes((c) => c.archived),
	snoozed: yes((c) => !!c.snooze),
	status: (c, value) =>
		value === 'unread'
			? c.unread_count > 0 && !c.archived
			: c.status === value || (value === 'read' && c.status === 'unread' && !c.unread_count),
	waiting: yes((c) => !!c.waiting_since),
	starred: yes((c) => c.starred),
	mine: (c, value, me) => value !== 'true' || isMine(c, me),
	assignee_id: (c, value, me) =>
		value === 'nobody'
			? c.kind === 'front_desk' && !c.assignee
			: c.assignee?.id === (value === 'me' ? me : value),
	label: (c, value) => !!c.labels?.includes(value),
	channel: (c, value) => c.last_message?.channel === value,
	direction: (c, value) => c.last_message?.direction === value,
	patient_id: (c, value) => c.patient?.id === value,
	sort: (c, value) => value !== 'waiting' || !!c.waiting_since
} satisfies Record<string, Rule>;

export type Filter = keyof typeof filters;

const rules: Record<string, Rule> = filters;

/** Those of an address's values that narrow a queue: the same string for the same filters. */
export function narrowingOf(asked: URLSearchParams): string {
	const known = Object.keys(filters).flatMap((name) =>
		[...new Set(asked.getAll(name))].filter(Boolean).map((value) => [name, value])
	);
	return new URLSearchParams(known).toString();
}

/** All that a list is asked for: its queue's own filters, and those that narrow it, which come first. */
export function whole(queue: Record<string, string>, narrowing: string): URLSearchParams {
	const asked = new URLSearchParams(narrowing);
	for (const [name, value] of Object.entries(queue)) if (!asked.has(name)) asked.set(name, value);
	return asked;
}

/** Says of a conversation whether it passes, as the server would: what is filed away or put off is left out
 *  unless it is asked for. */
export function passes(asked: URLSearchParams, me: string): (c: Conversation) => boolean {
	const all = new URLSearchParams(asked);
	if (!all.has('archived')) all.set('archived', String(all.get('status') === 'archived'));
	if (!all.has('snoozed') && all.get('archived') === 'false') all.set('snoozed', 'false');
	return (c) => [...all].every(([name, value]) => rules[name]?.(c, value, me) ?? true);
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
