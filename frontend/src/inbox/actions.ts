import type { Conversation, Filing } from '../lib/contract';
import { restoring, together } from '../lib/filing';
import type { Inbox } from '../lib/inbox.svelte';
import { route } from '../lib/route.svelte';
import { toasts } from '../lib/toasts.svelte';

/** What a sheet asks before something is done with conversations. */
export type Sheet = 'label' | 'snooze' | 'hand over';

/** Opens the sheet, wherever somebody asks for it. */
export function ask(sheet: Sheet, ids: string[]) {
	dispatchEvent(new CustomEvent('sheet', { detail: { sheet, ids } }));
}

/** Archives or reopens, with a way back. */
export function setArchived(inbox: Inbox, id: string, archived: boolean) {
	void act(inbox, [id], { archived }, archived ? 'Archived' : 'Reopened');
}

/** Does it with one or many, says so, and offers the way back to where each of them was. */
export async function act(inbox: Inbox, ids: string[], change: Filing, said: string): Promise<void> {
	const before = ids.flatMap((id) => inbox.conversations.get(id) ?? []);
	const doing = inbox.file(ids, change);
	const words = ids.length === 1 ? `${said}.` : `${said}: ${ids.length} conversations.`;
	const toast = toasts.say(words, { undo: () => void takeBack(inbox, before, doing, change) });
	const done = await doing;
	if (!done.length) toasts.drop(toast); // it says already why not
}

/** Each goes back to its own earlier state; those that were not changed are left alone. */
async function takeBack(inbox: Inbox, before: Conversation[], doing: Promise<string[]>, change: Filing) {
	const done = new Set(await doing);
	const ways = before.flatMap((c) => {
		const back = done.has(c.id) ? restoring(c, change, Date.now()) : undefined;
		return back ? [[c.id, back] as [string, Filing]] : [];
	});
	for (const [ids, back] of together(ways)) await inbox.file(ids, back);
}

/**
 * Puts what is not read yet aside as read, or the other way round. A thread that is open is left
 * before: it would be read again at once.
 */
export function setRead(inbox: Inbox, ids: string[], read: boolean) {
	if (!read && ids.includes(route.conversation ?? '')) route.go(route.with({}, '/'));
	return act(inbox, ids, { read }, read ? 'Marked as read' : 'Marked as unread');
}

/** Takes the front-desk ones among them; who takes what is theirs already gives it back. */
export function assignToMe(inbox: Inbox, ids: string[]) {
	const all = ids.flatMap((id) => inbox.conversations.get(id) ?? []);
	const mine = all.every((c) => c.assignee?.id === inbox.me.id);
	const assignee_id = mine ? null : inbox.me.id;
	return act(inbox, ids, { assignee_id }, mine ? 'Given back to the front desk' : 'Assigned to you');
}

/** Whether somebody may hand a conversation over, or give it back. */
export const mayAssign = (inbox: Inbox, c: Conversation) =>
	c.kind === 'front_desk' && (inbox.me.role !== 'doctor' || c.assignee?.id === inbox.me.id);

/** Whether somebody takes part in it: an administrator only looks on at some. */
export function takesPart(inbox: Inbox, c: Conversation): boolean {
	if (inbox.me.role !== 'admin' || c.kind === 'front_desk') return true;
	return c.kind === 'direct' && !!c.participants?.some((p) => p.id === inbox.me.id);
}

export const maySnooze = (inbox: Inbox, c: Conversation) =>
	c.kind !== 'direct' && !c.archived && takesPart(inbox, c);
