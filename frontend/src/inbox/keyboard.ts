import type { Inbox } from '../lib/inbox.svelte';
import type { Listing } from '../lib/listing.svelte';
import { route } from '../lib/route.svelte';
import type { Selection } from '../lib/selection.svelte';
import { act, ask, assignToMe, maySnooze, setRead, type Sheet } from './actions';
import type { Dialog } from './Dialogs.svelte';

type Desk = {
	inbox: Inbox;
	listing: Listing;
	selection: Selection;
	open: (id: string | null) => void;
	show: (dialog: Dialog) => void;
};

/** What the keys do; the help sheet shows the same. */
export const shortcuts: [keys: string, what: string][] = [
	['J / K', 'Next and previous conversation'],
	['R', 'Write a reply'],
	['N', 'Write an internal note'],
	['L', 'Log a call'],
	['/ in a message', 'Insert a template'],
	['X', 'Pick the conversation; Shift and a click pick all up to there'],
	['E', 'Archive, or reopen'],
	['M', 'Assign to me, or give it back'],
	['A', 'Hand over, with a note'],
	['T', 'Labels'],
	['H', 'Snooze'],
	['U / I', 'Mark as unread, as read'],
	['@', 'In a note: mention a colleague'],
	['S', 'Star the newest message'],
	['C', 'New conversation'],
	['/', 'Filter the list'],
	['F', 'Search all messages'],
	['Ctrl K', 'Go anywhere'],
	['Ctrl B / Ctrl I', 'In a letter: bold, italic'],
	['Alt F10', 'In a letter: to the bar with lists and links'],
	['Ctrl Enter', 'Send'],
	['Esc', 'Back to the list'],
	['?', 'This sheet']
];

const typing = (target: EventTarget | null) =>
	target instanceof HTMLElement &&
	(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
	(target as HTMLInputElement).type !== 'checkbox';

/** One handler for the whole desk. Inside a field only Ctrl+K and Escape are ours. */
export function keyboard({ inbox, listing, selection, open, show }: Desk) {
	const step = (by: number) => {
		const all = listing.items;
		const at = all.findIndex((c) => c.id === route.conversation);
		const next = all[at < 0 ? 0 : at + by];
		if (next) open(next.id);
	};
	const here = (act: (id: string) => void) => () => route.conversation && act(route.conversation);
	const focus = (channel: 'reply' | 'note' | 'call') =>
		dispatchEvent(new CustomEvent('compose', { detail: channel }));
	// What is picked goes before what is open.
	const chosen = () =>
		selection.ids.length ? selection.ids : route.conversation ? [route.conversation] : [];
	const onChosen = (doing: (ids: string[]) => unknown) => () => {
		const ids = chosen();
		if (!ids.length) return;
		void doing(ids);
		selection.clear();
	};
	const sheet = (name: Sheet) => () => {
		const ids = chosen();
		if (ids.length) ask(name, ids);
	};
	const all = (ids: string[]) => ids.flatMap((id) => inbox.conversations.get(id) ?? []);
	const keys: Record<string, () => void> = {
		j: () => step(1),
		k: () => step(-1),
		c: () => show('new'),
		f: () => route.go('/search'),
		'/': () => dispatchEvent(new CustomEvent('filter')),
		'?': () => show('help'),
		r: here(() => focus('reply')),
		n: here(() => focus('note')),
		l: here(() => focus('call')),
		x: () => {
			const row = document.activeElement?.closest<HTMLElement>('li[data-id]')?.dataset.id;
			const id = row ?? route.conversation;
			if (id) selection.toggle(id);
		},
		e: onChosen((ids) => {
			const archived = !all(ids).every((c) => c.archived);
			return act(inbox, ids, { archived }, archived ? 'Archived' : 'Reopened');
		}),
		m: onChosen((ids) => assignToMe(inbox, ids)),
		a: sheet('hand over'),
		t: sheet('label'),
		h: () => {
			const ids = chosen();
			if (all(ids).some((c) => maySnooze(inbox, c))) ask('snooze', ids);
		},
		u: onChosen((ids) => setRead(inbox, ids, false)),
		i: onChosen((ids) => setRead(inbox, ids, true)),
		s: here((id) => {
			const newest = inbox.thread(id).newest;
			if (newest) void inbox.star(newest);
		})
	};
	return (event: KeyboardEvent) => {
		if (document.querySelector('dialog[open]')) return;
		if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
			event.preventDefault();
			return show('palette');
		}
		if (event.key === 'Escape') {
			if (typing(event.target)) return (event.target as HTMLElement).blur();
			if (selection.ids.length) return selection.clear();
			return open(null);
		}
		if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
		const act = keys[event.key];
		if (!act) return;
		event.preventDefault();
		act();
	};
}
