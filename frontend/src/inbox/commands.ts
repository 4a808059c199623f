import type { Conversation } from '../lib/contract';
import type { Inbox } from '../lib/inbox.svelte';
import { route } from '../lib/route.svelte';
import { views } from '../lib/views';
import { act, ask, assignToMe, mayAssign, maySnooze, setArchived, setRead, takesPart } from './actions';

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
		...(inbox.me.role === 'doctor'
			? []
			: [{ name: 'Unknown senders', hint: 'whose is it?', run: () => route.go('/strays') }]),
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
		{ name: 'Mark as unread', hint: 'U', run: () => void setRead(inbox, [c.id], false) },
		...(takesPart(inbox, c) ? [{ name: 'Label', hint: 'T', run: () => ask('label', [c.id]) }] : []),
		...(maySnooze(inbox, c)
			? [{ name: c.snooze ? 'Change the snooze' : 'Snooze', hint: 'H', run: () => ask('snooze', [c.id]) }]
			: [])
	];
}

function handOver(inbox: Inbox, c: Conversation): Entry[] {
	if (!mayAssign(inbox, c)) return [];
	const over = { name: 'Hand over with a note', hint: 'A', run: () => ask('hand over', [c.id]) };
	if (inbox.me.role === 'doctor')
		return [{ name: 'Give back', hint: 'M', run: () => void assignToMe(inbox, [c.id]) }, over];
	const me = c.assignee?.id === inbox.me.id ? 'Give back to the front desk' : 'Assign to me';
	return [
		{ name: me, hint: 'M', run: () => void assignToMe(inbox, [c.id]) },
		over,
		...inbox.colleagues.all.map((u) => ({
			name: `Assign to ${u.name}`,
			hint: u.role,
			run: () => void act(inbox, [c.id], { assignee_id: u.id }, `Assigned to ${u.name}`)
		}))
	];
}
