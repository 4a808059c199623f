import { describe, expect, it } from 'vitest';
import type { Conversation } from './contract';
import { mentions, narrowingOf, passes, whole } from './narrowing';

const of = (more: Partial<Conversation>) =>
	({
		kind: 'front_desk',
		patient: { id: 'a', name: 'Zoë Müller' },
		doctor: null,
		assignee: null,
		labels: ['urgent', 'lab'],
		unread_count: 0,
		starred: false,
		archived: false,
		status: 'read',
		...more
	}) as Conversation;

describe('narrowing', () => {
	it('takes from the address what it knows, in one order', () => {
		const one = narrowingOf(
			new URLSearchParams('view=all&label=urgent&starred=true&q=ana&label=lab&label=lab')
		);
		const other = narrowingOf(new URLSearchParams('starred=true&label=urgent&label=lab&view=mine'));
		expect(one).toBe('starred=true&label=urgent&label=lab');
		expect(other).toBe(one);
	});

	it('adds what its queue asks for, unless the address says otherwise', () => {
		expect(whole({ starred: 'true', archived: 'any' }, 'archived=false').toString()).toBe(
			'archived=false&starred=true'
		);
	});

	const call = { channel: 'call', direction: 'inbound' } as Conversation['last_message'];
	it.each<[string, Partial<Conversation>, boolean]>([
		['', {}, true],
		['', { archived: true }, false],
		['', { snooze: { until: null, by: { id: 'r', name: 'Rita' } } }, false],
		['archived=any', { archived: true, snooze: { until: null, by: { id: 'r', name: 'Rita' } } }, true],
		['archived=true', {}, false],
		['status=archived', { archived: true, status: 'archived' }, true],
		['snoozed=true', {}, false],
		['snoozed=true', { snooze: { until: null, by: { id: 'r', name: 'Rita' } } }, true],
		['status=unread', { unread_count: 2 }, true],
		['status=unread', {}, false],
		['status=unread&archived=any', { unread_count: 2, archived: true }, false],
		['status=read', { status: 'unread' }, true], // it has just been read here
		['waiting=true', { waiting_since: '2026-01-01T00:00:00Z' }, true],
		['waiting=false', { waiting_since: '2026-01-01T00:00:00Z' }, false],
		['sort=waiting', {}, false],
		['label=urgent', {}, true],
		['label=urgent&label=lab', {}, true],
		['label=urgent&label=billing', {}, false],
		['label=urgent&starred=true', {}, false],
		['starred=false', {}, true],
		['assignee_id=d', { assignee: { id: 'd', name: 'Dr. João Costa' } }, true],
		['assignee_id=d', {}, false],
		['assignee_id=me', { assignee: { id: 'me', name: 'I' } }, true],
		['assignee_id=nobody', {}, true],
		['assignee_id=nobody', { kind: 'doctor' }, false],
		['assignee_id=nobody', { assignee: { id: 'd', name: 'Dr. João Costa' } }, false],
		['mine=true', {}, false],
		['mine=true', { kind: 'direct', participants: [{ id: 'me', name: 'I' }] }, true],
		['channel=call', { last_message: call }, true],
		['channel=sms', { last_message: call }, false],
		['direction=inbound', { last_message: call }, true],
		['direction=outbound', { last_message: null }, false],
		['patient_id=a', {}, true],
		['patient_id=b', {}, false]
	])('by “%s” of %o: %s', (narrowing, more, want) => {
		expect(passes(new URLSearchParams(narrowing), 'me')(of(more))).toBe(want);
	});

	it.each([
		['zoe', true],
		['MULLER', true],
		['mul urg', true],
		['mul billing', false],
		['', true]
	])('the words “%s”', (words, want) => {
		expect(mentions(words, 'me')(of({}))).toBe(want);
	});
});
