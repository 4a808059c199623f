import { describe, expect, it } from 'vitest';
import type { Conversation } from './contract';
import { mentions, narrowingOf, passes } from './narrowing';

const of = (more: Partial<Conversation>) =>
	({
		kind: 'front_desk',
		patient: { id: 'a', name: 'Zoë Müller' },
		doctor: null,
		labels: ['urgent'],
		unread_count: 0,
		starred: false,
		status: 'read',
		...more
	}) as Conversation;

describe('narrowing', () => {
	it('takes from the address what it knows, in one order', () => {
		const one = narrowingOf(new URLSearchParams('view=all&label=urgent&starred=true&q=ana'));
		const other = narrowingOf(new URLSearchParams('starred=true&label=urgent&view=mine'));
		expect(one).toBe('starred=true&label=urgent');
		expect(other).toBe(one);
	});

	it.each([
		['', {}, true],
		['status=unread', { unread_count: 2 }, true],
		['status=unread', {}, false],
		['label=urgent', {}, true],
		['label=billing', {}, false],
		['label=urgent&starred=true', {}, false],
		['assignee_id=d', { assignee: { id: 'd', name: 'Dr. João Costa' } }, true],
		['assignee_id=d', { assignee: null }, false]
	])('by “%s” of %o: %s', (narrowing, more, want) => {
		expect(passes(narrowing)(of(more as Partial<Conversation>))).toBe(want);
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
