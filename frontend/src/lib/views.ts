import type { Conversation } from './contract';

/** The queues of the inbox, each as the server is asked for it and as a change is judged. */
export const views = {
	waiting: {
		name: 'Waiting',
		query: { waiting: 'true' },
		has: (c: Conversation) => !c.archived && !!c.waiting_since
	},
	unread: {
		name: 'Unread',
		query: { status: 'unread' },
		has: (c: Conversation) => !c.archived && c.unread_count > 0
	},
	all: { name: 'All', query: {}, has: (c: Conversation) => !c.archived },
	mine: {
		name: 'Mine',
		query: { mine: 'true' },
		has: (c: Conversation, me: string) =>
			!c.archived && (c.assignee?.id === me || c.doctor?.id === me || isDirectOf(c, me))
	},
	starred: {
		name: 'Starred',
		query: { starred: 'true', archived: 'any' },
		has: (c: Conversation) => c.starred
	},
	archived: { name: 'Archived', query: { archived: 'true' }, has: (c: Conversation) => c.archived }
} as const;

export type View = keyof typeof views;

export const isView = (s: string | null): s is View => s !== null && s in views;

const isDirectOf = (c: Conversation, me: string) =>
	c.kind === 'direct' && !!c.participants?.some((p) => p.id === me);

/** Newest activity first, as the server orders them. */
export const newestFirst = (a: Conversation, b: Conversation) =>
	a.updated_at === b.updated_at ? (a.id < b.id ? 1 : -1) : a.updated_at < b.updated_at ? 1 : -1;

/** Whom a conversation is with, for the one who looks. */
export function title(c: Conversation, me: string): string {
	if (c.kind !== 'direct') return c.patient?.name ?? 'Unknown patient';
	const others = c.participants?.filter((p) => p.id !== me) ?? [];
	return others.map((p) => p.name).join(' and ');
}
