import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { badge, Counts } from './counts.svelte';
import type { Inbox } from './inbox.svelte';
import { Topics } from './topics';

let asked: string[];
let counts: Counts;
const topics = new Topics();

beforeEach(() => {
	vi.useFakeTimers();
	asked = [];
	vi.stubGlobal('fetch', (path: string) => {
		asked.push(path.replace('/api/v1', ''));
		const body = path.endsWith('/counts')
			? { queues: { waiting: asked.length, unread: 2, mine: 0 }, views: [{ id: 'v', count: 7 }] }
			: { items: [{ id: 'v', name: 'Lab', filter: 'view=all&label=lab' }], next_cursor: null };
		return Promise.resolve(new Response(JSON.stringify(body)));
	});
	counts = new Counts({ topics } as unknown as Inbox);
});
afterEach(() => vi.useRealTimers());

describe('counts', () => {
	it('loads the views and counts them', async () => {
		await counts.load();
		expect(asked).toEqual(['/views', '/views/counts']);
		expect(counts.saved[0]?.name).toBe('Lab');
		expect(counts.views).toEqual({ v: 7 });
	});

	it('counts a storm of changes once, and again only after a rest', async () => {
		for (let i = 0; i < 50; i++) counts.changed();
		await vi.advanceTimersByTimeAsync(300);
		expect(asked).toEqual(['/views/counts']);
		for (let i = 0; i < 50; i++) counts.changed();
		await vi.advanceTimersByTimeAsync(1000);
		expect(asked).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(3000);
		expect(asked).toHaveLength(2);
	});

	it('says no more than it knows', () => {
		expect([badge(999), badge(1000)]).toEqual(['999', '999+']);
	});
});
