import { describe, expect, it } from 'vitest';
import type { Conversation, User } from './contract';
import { called, calling, inParts, mentioned, sees } from './mentions';

const people = [
	{ id: 't', name: 'Tom Becker', role: 'receptionist' },
	{ id: 'tb', name: 'Tom Becker-Ross', role: 'admin' },
	{ id: 'd', name: 'Dr. João Costa', role: 'doctor' }
] as User[];

describe('mentions', () => {
	it.each([
		['@', { from: 0, words: '' }],
		['ask @to', { from: 4, words: 'to' }],
		['ask @tom bec', { from: 4, words: 'tom bec' }],
		['(@jo', { from: 1, words: 'jo' }],
		['a@b.test', undefined],
		['ask @tom, then', undefined],
		['nothing', undefined]
	])('“%s” is calling %o', (text, want) => {
		expect(calling(text, text.length)).toEqual(want);
	});

	it('finds people by any beginning, without accents', () => {
		expect(called(people, 'joa cos').map((u) => u.id)).toEqual(['d']);
		expect(called(people, 'bec').map((u) => u.id)).toEqual(['t', 'tb']);
		expect(called(people, 'ecker')).toEqual([]);
	});

	it('takes the longest name where one begins another', () => {
		expect(mentioned('@Tom Becker-Ross please', people).map((u) => u.id)).toEqual(['tb']);
		expect(mentioned('@Tom Becker and @Tom Becker-Ross', people).map((u) => u.id)).toEqual(['tb', 't']);
		expect(mentioned('Tom Becker', people)).toEqual([]);
	});

	it('shows a text in parts, and loses none of it', () => {
		const text = '@Tom Becker-Ross, @Tom Becker: look.';
		const parts = inParts(text, ['Tom Becker', 'Tom Becker-Ross']);
		expect(parts.map((p) => p.text).join('')).toBe(text);
		expect(parts.filter((p) => p.call).map((p) => p.text)).toEqual(['@Tom Becker-Ross', '@Tom Becker']);
	});

	it('knows who sees what', () => {
		const front = { kind: 'front_desk', assignee: null } as Conversation;
		const handed = { kind: 'front_desk', assignee: { id: 'd' } } as Conversation;
		const doctors = { kind: 'doctor', doctor: { id: 'd' } } as Conversation;
		const who = (c: Conversation) => people.filter((u) => sees(u, c)).map((u) => u.id);
		expect([who(front), who(handed), who(doctors)]).toEqual([
			['t', 'tb'],
			['t', 'tb', 'd'],
			['tb', 'd']
		]);
	});
});
