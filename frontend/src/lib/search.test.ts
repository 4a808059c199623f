import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Recent, Search } from './search.svelte';

const answers: Record<string, unknown> = {};
let asked: string[];

beforeEach(() => {
	localStorage.clear();
	vi.useFakeTimers();
	asked = [];
	vi.stubGlobal('fetch', (path: string) => {
		asked.push(path.replace('/api/v1/search', ''));
		const body = answers[asked.at(-1)!] ?? {
			items: [{ message: { id: path } }],
			people: [],
			next_cursor: 'n'
		};
		return Promise.resolve(new Response(JSON.stringify(body)));
	});
});

describe('search', () => {
	it('asks once nothing more is typed, and adds the next page', async () => {
		const search = new Search();
		for (const words of ['r', 're', 'ren']) search.ask(words);
		await vi.advanceTimersByTimeAsync(300);
		expect(asked).toEqual(['?q=ren']);
		void search.pages.more();
		await vi.advanceTimersByTimeAsync(0);
		expect(asked[1]).toBe('?q=ren&cursor=n');
		expect(search.hits).toHaveLength(2);
	});

	it('keeps what was found where the next page fails', async () => {
		const search = new Search();
		search.ask('ren');
		await vi.advanceTimersByTimeAsync(300);
		vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no line')));
		void search.pages.more();
		await vi.advanceTimersByTimeAsync(0);
		expect([search.state, search.hits.length]).toEqual(['found', 1]);
		search.ask('rent');
		await vi.advanceTimersByTimeAsync(300);
		expect(search.state).toBe('failed');
	});

	it('is asked once where the same is asked again before it goes out', async () => {
		const search = new Search();
		search.ask('ren');
		search.ask('ren');
		await vi.advanceTimersByTimeAsync(300);
		expect(asked).toEqual(['?q=ren']);
		expect(search.state).toBe('found');
	});

	it('is idle without words', async () => {
		const search = new Search();
		search.ask('  ');
		await vi.advanceTimersByTimeAsync(300);
		expect([search.state, asked.length]).toEqual(['idle', 0]);
	});
});

describe('recent searches', () => {
	it('keeps each once, the newest first, for one person', () => {
		const recent = new Recent('rita');
		for (const words of ['renewal', 'invoice', ' renewal ', 'x']) recent.add(words);
		expect(new Recent('rita').all).toEqual(['renewal', 'invoice']);
		expect(new Recent('tom').all).toEqual([]);
	});

	it('forgets what it cannot read', () => {
		localStorage.setItem('searches of rita', '{');
		expect(new Recent('rita').all).toEqual([]);
	});
});
