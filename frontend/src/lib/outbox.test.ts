import { beforeEach, describe, expect, it } from 'vitest';
import { Outbox, type Waiting } from './outbox';

const waiting = (id: string, more: Partial<Waiting> = {}): Waiting => ({
	id,
	channel: 'portal',
	body: id,
	conversation_id: 'c1',
	written_at: '2026-01-01T00:00:00.000000Z',
	...more
});
const refused = { title: 'x', status: 422, code: 'channel_unavailable' };

beforeEach(() => localStorage.clear());

describe('the outbox', () => {
	it('is there after a reload, in the order of writing', () => {
		new Outbox('rita').keep(waiting('b'));
		new Outbox('rita').keep(waiting('a'));
		expect(new Outbox('rita').all().map((w) => w.id)).toEqual(['b', 'a']);
	});

	it('belongs to one person', () => {
		new Outbox('rita').keep(waiting('a'));
		expect(new Outbox('tom').all()).toEqual([]);
	});

	it('keeps one message once, in its place', () => {
		const outbox = new Outbox('rita');
		for (const id of ['a', 'b']) outbox.keep(waiting(id));
		outbox.keep(waiting('a', { refused }));
		expect(outbox.all().map((w) => [w.id, !!w.refused])).toEqual([
			['a', true],
			['b', false]
		]);
	});

	it('hands out what has still to go, one conversation at a time', () => {
		const outbox = new Outbox('rita');
		outbox.keep(waiting('a', { refused }));
		outbox.keep(waiting('x', { conversation_id: 'c2' }));
		outbox.keep(waiting('b'));
		expect(outbox.first('c1')?.id).toBe('b');
		outbox.drop('b');
		expect(outbox.first('c1')).toBeUndefined();
	});

	it('is empty where somebody else has written into it', () => {
		localStorage.setItem('frontdesk.outbox.rita', '{oops');
		expect(new Outbox('rita').all()).toEqual([]);
	});
});
