import { channelName } from '../lib/channels';
import type { Channel } from '../lib/contract';
import type { Inbox } from '../lib/inbox.svelte';
import { narrowingOf } from '../lib/narrowing';
import { route } from '../lib/route.svelte';
import type { View } from '../lib/views';

type Item = { name: string; hint?: string; checked: boolean; run: () => void };
export type FilterMenu = { label: string; text: string; on: boolean; items: Item[] };

/** An address with one value of a filter set or taken away; a label goes beside others. */
export function withFilter(asked: URLSearchParams, path: string, name: string, value: string, on: boolean) {
	const next = new URLSearchParams(asked);
	const rest = name === 'label' ? next.getAll(name).filter((v) => v !== value) : [];
	next.delete(name);
	for (const v of on && value ? [...rest, value] : rest) next.append(name, v);
	return path + (next.size ? `?${next}` : '');
}

const go = (name: string, value: string, on = true) =>
	route.go(withFilter(route.query, route.path, name, value, on), true);

/** The menus above a list, each with what may be chosen and what is. */
export function filterMenus(inbox: Inbox, view: View, asked: URLSearchParams): FilterMenu[] {
	const whose = view === 'mine' || inbox.me.role === 'doctor' ? [] : [assignees(inbox, asked)];
	return [...whose, labels(inbox, asked), channels(asked), more(view, asked)].filter((m) => m.items.length);
}

function assignees(inbox: Inbox, asked: URLSearchParams): FilterMenu {
	const has = asked.get('assignee_id') ?? '';
	const one = (name: string, value: string, hint?: string): Item => ({
		...{ name, hint, checked: has === value, run: () => go('assignee_id', value) }
	});
	const others = inbox.colleagues.all.filter((u) => u.id !== inbox.me.id);
	return {
		label: 'Whose',
		text: has ? assigneeName(inbox, has) : 'Anyone’s',
		on: !!has,
		items: [
			one('Anyone’s', ''),
			one('Mine', 'me'),
			one('Nobody’s', 'nobody', 'at the front desk'),
			...others.map((u) => one(u.name, u.id, u.role))
		]
	};
}

function assigneeName(inbox: Inbox, id: string): string {
	if (id === 'nobody') return 'Nobody’s';
	if (id === 'me' || id === inbox.me.id) return 'Mine';
	return inbox.colleagues.all.find((u) => u.id === id)?.name ?? 'A colleague’s';
}

function labels(inbox: Inbox, asked: URLSearchParams): FilterMenu {
	const on = asked.getAll('label');
	const known = [...inbox.conversations.values()].flatMap((c) => c.labels ?? []);
	const names = [...new Set([...known, ...on])].sort((a, b) => a.localeCompare(b));
	const text = on.length > 1 ? `${on.length} labels` : (on[0] ?? 'Label');
	const items = names.map((name) => ({
		...{ name, checked: on.includes(name), run: () => go('label', name, !on.includes(name)) }
	}));
	return { label: 'Label', text, on: on.length > 0, items };
}

function channels(asked: URLSearchParams): FilterMenu {
	const has = asked.get('channel') ?? '';
	const items = (Object.entries(channelName) as [Channel, string][]).map(([value, name]) => ({
		...{ name, checked: has === value, run: () => go('channel', has === value ? '' : value) }
	}));
	return { label: 'Channel', text: has ? channelName[has as Channel] : 'Channel', on: !!has, items };
}

const extras: [name: string, filter: string, value: string, hint: string, not?: View][] = [
	['Longest wait first', 'sort', 'waiting', 'only those who wait'],
	['Last word the patient’s', 'direction', 'inbound', 'the newest message came in'],
	['Last word ours', 'direction', 'outbound', 'the newest message went out'],
	['Waiting for us', 'waiting', 'true', '', 'waiting'],
	['Archived too', 'archived', 'any', '', 'archived'],
	['Snoozed too', 'snoozed', 'any', '']
];

function more(view: View, asked: URLSearchParams): FilterMenu {
	const items = extras
		.filter(([, , , , not]) => not !== view)
		.map(([name, filter, value, hint]) => {
			const checked = asked.get(filter) === value;
			return { name, hint, checked, run: () => go(filter, checked ? '' : value) };
		});
	return { label: 'More filters', text: 'More', on: items.some((i) => i.checked), items };
}

/** The filters that are in use and that no chip above shows already, each with its words. */
export function narrowed(inbox: Inbox, view: View, asked: URLSearchParams) {
	const menus = filterMenus(inbox, view, asked).map((m) => m.label);
	const shown = (name: string, value: string) =>
		(name === 'status' && value === 'unread' && view !== 'unread') ||
		(name === 'starred' && value === 'true' && view !== 'starred') ||
		(name === 'assignee_id' && menus.includes('Whose')) ||
		(name === 'label' && asked.getAll('label').length === 1) ||
		name === 'channel';
	return [...new URLSearchParams(narrowingOf(asked))]
		.filter(([name, value]) => !shown(name, value))
		.map(([name, value]) => ({ name, value, text: say(inbox, name, value) }));
}

function say(inbox: Inbox, name: string, value: string): string {
	const extra = extras.find(([, filter, v]) => filter === name && v === value)?.[0];
	if (extra) return extra;
	if (name === 'assignee_id') return assigneeName(inbox, value);
	if (name === 'channel') return channelName[value as Channel] ?? value;
	if (name === 'patient_id') return 'One patient';
	if (name === 'label') return value;
	const words = value === 'true' ? name : value === 'false' ? `not ${name}` : value;
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The filters of a list as they are kept: the same list is always the same words. */
export function inOneOrder(filter: string): string {
	const asked = new URLSearchParams(filter);
	const words = new URLSearchParams(narrowingOf(asked));
	const q = asked.get('q');
	if (q) words.set('q', q);
	return `view=${asked.get('view') ?? 'all'}${words.size ? `&${words}` : ''}`;
}
