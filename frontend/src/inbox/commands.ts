import type { Conversation } from '../lib/contract';
import type { Inbox } from '../lib/inbox.svelte';
import { route } from '../lib/route.svelte';
import { views } from '../lib/views';
import { setArchived } from './actions';

export type Entry = { name: string; hint: string; run: () => void };

/** What the palette can do: everywhere, and in the conversation that is open. */
export function commands(inbox: Inbox, show: (d: 'new' | 'help') => void): Entry[] {
	const here = route.conversation ? inbox.conversations.get(route.conversation) : undefined;
	const queues = Object.entries(views).map(([v, { name }]) => ({
		name: `Go to ${name}`,
		hint: 'queue',
		run: () => route.go(v === 'waiting' ? '/' : `/?view=${v}`)
	}));
	return [
		{ name: 'New conversation', hint: 'C', run: () => show('new') },
		...(here ? [...inConversation(inbox, here), ...handOver(inbox, here)] : []),
		...queues,
		{
			name: 'Scheduled messages',
			hint: 'what is still to be sent',
			run: () => dispatchEvent(new CustomEvent('overlay', { detail: 'scheduled' }))
		},
		{ name: 'Templates', hint: 'settings', run: () => route.go('/settings/templates') },
		{ name: 'Keyboard shortcuts', hint: '?', run: () => show('help') }
	];
}

function inConversation(inbox: Inbox, c: Conversation): Entry[] {
	const compose = (what: string) => dispatchEvent(new CustomEvent('compose', { detail: what }));
	const note = { name: 'Write an internal note', hint: 'N', run: () => compose('note') };
	const call = { name: 'Log a call', hint: 'L', run: () => compose('call') };
	return [
		{ name: 'Write a reply', hint: 'R', run: () => compose('reply') },
		...(c.kind === 'direct' ? [] : [note, call]),
		{
			name: c.archived ? 'Reopen' : 'Archive',
			hint: 'E',
			run: () => setArchived(inbox, c.id, !c.archived)
		},
		{ name: 'Mark as unread', hint: 'U', run: () => void inbox.markUnread(c.id) }
	];
}

function handOver(inbox: Inbox, c: Conversation): Entry[] {
	if (c.kind !== 'front_desk' || inbox.me.role === 'doctor') return [];
	return inbox.colleagues.all.map((u) => ({
		name: `Assign to ${u.name}`,
		hint: u.role,
		run: () => void inbox.assign(c.id, u)
	}));
}
