import { post } from './api';
import { reason } from './attempt';
import type { Conversation, Filing, Page, Person, Swept } from './contract';
import { undone } from './optimistic';
import { toasts } from './toasts.svelte';

const most = 200; // conversations that one request may name

type Known = Map<string, Conversation>;

/**
 * Does the same with conversations, one or many: shown at once, then asked of the server, which
 * answers for each. What it refuses, or what it did not answer, goes back. Says what was done.
 */
export async function file(known: Known, ids: string[], change: Filing, by: Guess): Promise<string[]> {
	const done: string[] = [];
	for (let at = 0; at < ids.length; at += most)
		done.push(...(await sweep(known, ids.slice(at, at + most), change, by)));
	return done;
}

async function sweep(known: Known, ids: string[], change: Filing, by: Guess): Promise<string[]> {
	const steps = new Map<string, [before: Conversation, guess: Partial<Conversation>]>();
	for (const id of ids) {
		const c = known.get(id);
		if (!c) continue;
		const guess = guessed(c, change, by);
		steps.set(id, [c, guess]);
		known.set(id, { ...c, ...guess });
	}
	const back = (id: string) => {
		const [before, guess] = steps.get(id) ?? [];
		const now = known.get(id);
		if (before && guess && now) known.set(id, { ...now, ...undone(guess, before, now) });
	};
	try {
		const { items } = await post<Page<Swept>>('/conversations/bulk', { ids, change });
		const refused = items.filter((s) => !s.done);
		for (const s of refused) back(s.id);
		if (refused.length) toasts.say(refusals(refused, items.length), { bad: true });
		return items.filter((s) => s.done).map((s) => s.id);
	} catch (error) {
		for (const id of ids) back(id);
		toasts.say(reason(error), { bad: true });
		return [];
	}
}

function refusals(refused: Swept[], of: number): string {
	const why = [...new Set(refused.map((s) => s.detail))].join(' ');
	return of === 1 ? why : `${refused.length} of ${of} not done. ${why}`;
}

/** Whom the page takes it to be by, and whom an id names. */
export type Guess = { me: Person; name: (id: string) => string };

/** What a conversation will look like: shown until the server has said so. */
export function guessed(c: Conversation, change: Filing, by: Guess): Partial<Conversation> {
	const guess: Partial<Conversation> = {};
	if (change.archived !== undefined) guess.archived = change.archived;
	if (change.archived) guess.snooze = undefined;
	if (change.assignee_id !== undefined) guess.assignee = assignee(change.assignee_id, by);
	if (change.labels ?? change.add_labels ?? change.remove_labels) guess.labels = labels(c, change);
	if (change.snoozed_until !== undefined) guess.snooze = snooze(change.snoozed_until, by);
	if (change.read) guess.unread_count = 0;
	if (change.read === false) guess.status = 'unread';
	return guess;
}

const assignee = (id: string | null, by: Guess) => (id ? { id, name: by.name(id) } : null);

const snooze = (until: string | null, by: Guess) =>
	until ? { until: until === 'answer' ? null : until, by: by.me } : undefined;

function labels(c: Conversation, change: Filing): string[] {
	if (change.labels) return change.labels;
	const kept = (c.labels ?? []).filter((l) => !change.remove_labels?.includes(l));
	return [...kept, ...(change.add_labels ?? []).filter((l) => !kept.includes(l))];
}

/** What brings a conversation back to where it was before the change; nothing where it was so. */
export function restoring(before: Conversation, change: Filing, now: number): Filing | undefined {
	const back: Filing = {};
	const snoozed = before.snooze && (before.snooze.until ?? 'answer');
	const still = snoozed && (snoozed === 'answer' || Date.parse(snoozed) > now) ? snoozed : null;
	if (change.archived !== undefined && change.archived !== before.archived) {
		back.archived = before.archived;
		if (still) back.snoozed_until = still;
	}
	if (change.assignee_id !== undefined && change.assignee_id !== (before.assignee?.id ?? null))
		back.assignee_id = before.assignee?.id ?? null;
	const had = before.labels ?? [];
	const has = labels(before, change);
	const added = has.filter((l) => !had.includes(l));
	const gone = had.filter((l) => !has.includes(l));
	if (added.length) back.remove_labels = added;
	if (gone.length) back.add_labels = gone;
	if (change.snoozed_until !== undefined && change.snoozed_until !== snoozed) back.snoozed_until = still;
	if (change.read !== undefined && change.read !== !before.unread_count) back.read = !change.read;
	return Object.keys(back).length ? back : undefined;
}

/** The ways back of several, those alike together: each is one request. */
export function together(ways: [id: string, back: Filing][]): [ids: string[], back: Filing][] {
	const groups = new Map<string, [string[], Filing]>();
	for (const [id, back] of ways) {
		const key = JSON.stringify(back);
		const group = groups.get(key) ?? [[], back];
		group[0].push(id);
		groups.set(key, group);
	}
	return [...groups.values()];
}
