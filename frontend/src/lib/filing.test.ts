import { describe, expect, it, vi } from 'vitest';
import type { Conversation, Filing } from './contract';
import { file, guessed, restoring, together } from './filing';

const now = Date.parse('2026-11-24T12:00:00Z');
const later = '2026-11-25T09:00:00Z';
const by = { me: { id: 'rita', name: 'Rita' }, name: (id: string) => id.toUpperCase() };
const of = (more: Partial<Conversation> = {}) =>
	({
		id: 'c1',
		archived: false,
		labels: ['urgent'],
		unread_count: 0,
		assignee: null,
		...more
	}) as Conversation;
const asleep = { until: later, by: { id: 'tom', name: 'Tom' } };

describe('a change, shown before it is answered, and its way back', () => {
	it.each<[string, Partial<Conversation>, Filing, Partial<Conversation>, Filing | undefined]>([
		['archived', {}, { archived: true }, { archived: true, snooze: undefined }, { archived: false }],
		['archived already', { archived: true }, { archived: true }, { archived: true }, undefined],
		[
			'archived from its sleep',
			{ snooze: asleep },
			{ archived: true },
			{},
			{ archived: false, snoozed_until: later }
		],
		[
			'assigned',
			{},
			{ assignee_id: 'dora' },
			{ assignee: { id: 'dora', name: 'DORA' } },
			{ assignee_id: null }
		],
		[
			'given to another',
			{ assignee: { id: 'tom', name: 'Tom' } },
			{ assignee_id: null },
			{ assignee: null },
			{ assignee_id: 'tom' }
		],
		[
			'labelled',
			{},
			{ add_labels: ['lab', 'urgent'] },
			{ labels: ['urgent', 'lab'] },
			{ remove_labels: ['lab'] }
		],
		['unlabelled', {}, { remove_labels: ['urgent', 'x'] }, { labels: [] }, { add_labels: ['urgent'] }],
		[
			'labelled anew',
			{},
			{ labels: ['lab'] },
			{ labels: ['lab'] },
			{ remove_labels: ['lab'], add_labels: ['urgent'] }
		],
		['labelled as it was', {}, { add_labels: ['urgent'] }, { labels: ['urgent'] }, undefined],
		[
			'snoozed',
			{},
			{ snoozed_until: 'answer' },
			{ snooze: { until: null, by: by.me } },
			{ snoozed_until: null }
		],
		['snoozed for longer', { snooze: asleep }, { snoozed_until: 'answer' }, {}, { snoozed_until: later }],
		[
			'woken',
			{ snooze: { ...asleep, until: null } },
			{ snoozed_until: null },
			{},
			{ snoozed_until: 'answer' }
		],
		[
			'woken late',
			{ snooze: { ...asleep, until: '2026-11-24T11:00:00Z' } },
			{ snoozed_until: null },
			{},
			{ snoozed_until: null }
		],
		['read', { unread_count: 2 }, { read: true }, { unread_count: 0 }, { read: false }],
		['read already', {}, { read: true }, { unread_count: 0 }, undefined],
		['unread', {}, { read: false }, { status: 'unread' }, { read: true }]
	])('%s', (_, before, change, guess, back) => {
		expect(guessed(of(before), change, by)).toMatchObject(guess);
		expect(restoring(of(before), change, now)).toEqual(back);
	});

	it('asks for what goes back alike in one request', () => {
		const ways: [string, Filing][] = [
			['a', { assignee_id: 'tom' }],
			['b', { assignee_id: null }],
			['c', { assignee_id: 'tom' }]
		];
		expect(together(ways)).toEqual([
			[['a', 'c'], { assignee_id: 'tom' }],
			[['b'], { assignee_id: null }]
		]);
	});
});

describe('filing many', () => {
	const answering = (items: object[]) =>
		vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ items, next_cursor: null }))));
	const known = () => new Map(['a', 'b'].map((id) => [id, of({ id })]));

	it('takes back what was refused, and says what was done', async () => {
		answering([
			{ id: 'a', done: true, code: null, detail: null },
			{ id: 'b', done: false, code: 'not_a_participant', detail: 'No.' }
		]);
		const all = known();
		const doing = file(all, ['a', 'b', 'gone'], { archived: true }, by);
		expect([...all.values()].map((c) => c.archived)).toEqual([true, true]);
		expect(await doing).toEqual(['a']);
		expect([...all.values()].map((c) => c.archived)).toEqual([true, false]);
	});

	it('takes all back where no answer came', async () => {
		vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
		const all = known();
		expect(await file(all, ['a', 'b'], { add_labels: ['lab'] }, by)).toEqual([]);
		expect(all.get('a')?.labels).toEqual(['urgent']);
	});

	it('asks two hundred at a time', async () => {
		const asked: number[] = [];
		vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
			asked.push(JSON.parse(body).ids.length);
			return Promise.resolve(new Response('{"items":[],"next_cursor":null}'));
		});
		await file(new Map(), Array.from({ length: 401 }, String), { read: true }, by);
		expect(asked).toEqual([200, 200, 1]);
	});
});
