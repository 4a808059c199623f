import type { Conversation } from './contract';

/** The queues of the inbox, each as the server is asked for it. */
export const views = {
	waiting: { name: 'Waiting', query: { waiting: 'true' } },
	unread: { name: 'Unread', query: { status: 'unread' } },
	all: { name: 'All', query: {} },
	mine: { name: 'Mine', query: { mine: 'true' } },
	starred: { name: 'Starred', query: { starred: 'true', archived: 'any' } },
	snoozed: { name: 'Snoozed', query: { snoozed: 'true' } },
	archived: { name: 'Archived', query: { archived: 'true' } }
} as const;

export type View = keyof typeof views;

export const isView = (s: string | null): s is View => s !== null && s in views;

/** Newest activity first, as the server orders them. */
export const newestFirst = (a: Conversation, b: Conversation) =>
	a.updated_at === b.updated_at ? (a.id < b.id ? 1 : -1) : a.updated_at < b.updated_at ? 1 : -1;

/** Whom a conversation is with, for the one who looks. */
export function title(c: Pick<Conversation, 'kind' | 'patient' | 'participants'>, me: string): string {
	if (c.kind !== 'direct') return c.patient?.name ?? 'Unknown patient';
	const others = c.participants?.filter((p) => p.id !== me) ?? [];
	return others.map((p) => p.name).join(' and ');
}
