import type { Inbox } from '../lib/inbox.svelte';
import type { Listing } from '../lib/listing.svelte';
import { route } from '../lib/route.svelte';
import { setArchived } from './actions';

type Dialog = 'new' | 'palette' | 'help';
type Desk = {
	inbox: Inbox;
	listing: Listing;
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
	['E', 'Archive, or reopen'],
	['U', 'Mark as unread'],
	['S', 'Star the newest message'],
	['C', 'New conversation'],
	['/', 'Filter the list'],
	['F', 'Search all messages'],
	['Ctrl K', 'Go anywhere'],
	['Ctrl Enter', 'Send'],
	['Esc', 'Back to the list'],
	['?', 'This sheet']
];

const typing = (target: EventTarget | null) =>
	target instanceof HTMLElement &&
	(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** One handler for the whole desk. Inside a field only Ctrl+K and Escape are ours. */
export function keyboard({ inbox, listing, open, show }: Desk) {
	const step = (by: number) => {
		const all = listing.items;
		const at = all.findIndex((c) => c.id === route.conversation);
		const next = all[at < 0 ? 0 : at + by];
		if (next) open(next.id);
	};
	const here = (act: (id: string) => void) => () => route.conversation && act(route.conversation);
	const focus = (channel: 'reply' | 'note' | 'call') =>
		dispatchEvent(new CustomEvent('compose', { detail: channel }));
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
		e: here((id) => setArchived(inbox, id, !inbox.conversations.get(id)?.archived)),
		u: here((id) => void inbox.markUnread(id).then(() => open(null))),
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
			return open(null);
		}
		if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
		const act = keys[event.key];
		if (!act) return;
		event.preventDefault();
		act();
	};
}
