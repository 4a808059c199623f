import { beforeEach, describe, expect, it } from 'vitest';
import type { Page } from './contract';
import { Pages } from './pages.svelte';

type Item = { id: number };
type Asked = { path: string; answer: (ids: number[], next?: string) => void; fail: () => void };

let asked: Asked[];
let words: string;
let pages: Pages<Item>;
const ids = () => pages.items.map((i) => i.id);
const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
	asked = [];
	words = 'a';
	pages = new Pages<Item>(
		() => `/items?q=${words}`,
		(i) => String(i.id),
		(path, take) =>
			new Promise((done, fail) =>
				asked.push({
					path,
					answer: (of, next) => {
						const page: Page<Item> = { items: of.map((id) => ({ id })), next_cursor: next ?? null };
						take(page);
						done();
					},
					fail: () => fail(new TypeError('no line'))
				})
			)
	);
});

async function hold(...all: number[][]) {
	void pages.load();
	for (const [n, page] of all.entries()) {
		if (n) void pages.more();
		asked.at(-1)!.answer(page, `after ${page.at(-1)}`);
		await settled();
	}
	asked.length = 0;
}

describe('a list of several pages', () => {
	it('asks for the next one once, and shows each thing once', async () => {
		await hold([1, 2]);
		void pages.more();
		void pages.more();
		expect(asked.map((a) => a.path)).toEqual(['/items?q=a&cursor=after%202']);
		asked[0]!.answer([2, 3]);
		await settled();
		expect([ids(), pages.next, pages.busy]).toEqual([[1, 2, 3], null, false]);
	});

	it('drops what is answered to an older question', async () => {
		await hold([1, 2]);
		void pages.more();
		words = 'b';
		void pages.load();
		asked[1]!.answer([7]);
		await settled();
		asked[0]!.answer([3]);
		await settled();
		expect(ids()).toEqual([7]);
	});

	it('drops what is answered before the new question is asked', async () => {
		await hold([1, 2]);
		void pages.more();
		words = 'b'; // typed, and not asked for yet
		asked[0]!.answer([3]);
		await settled();
		expect([ids(), pages.busy]).toEqual([[1, 2], false]);
	});

	it('is loaded anew as far as it is held', async () => {
		await hold([1, 2], [3, 4]);
		void pages.load();
		asked[0]!.answer([0, 1], 'after 1');
		await settled();
		expect(ids()).toEqual([1, 2, 3, 4]); // until all is there
		asked[1]!.answer([2, 4], 'after 4');
		await settled();
		expect([ids(), pages.next]).toEqual([[0, 1, 2, 4], 'after 4']);
	});

	it('skips none where both are asked for', async () => {
		await hold([1, 2]);
		void pages.more();
		void pages.load();
		void pages.more(); // while it is loaded anew
		expect(asked).toHaveLength(2);
		asked[0]!.answer([3, 4], 'after 4');
		asked[1]!.answer([1, 2], 'after 2');
		await settled();
		expect([ids(), pages.next]).toEqual([[1, 2], 'after 2']);
	});

	it('goes on where it failed', async () => {
		await hold([1, 2]);
		void pages.more();
		asked[0]!.fail();
		await settled();
		expect([pages.state, ids()]).toEqual(['failed', [1, 2]]);
		void pages.more();
		expect(asked[1]!.path).toContain('after%202');
		asked[1]!.answer([3]);
		await settled();
		expect([pages.state, ids()]).toEqual(['loaded', [1, 2, 3]]);
	});

	it('begins again where its top has failed', async () => {
		await hold([1, 2]);
		void pages.load();
		asked[0]!.fail();
		await settled();
		void pages.more();
		expect(asked[1]!.path).toBe('/items?q=a');
	});

	it('shows nothing of another question as its answer', async () => {
		await hold([1, 2]);
		words = 'b';
		void pages.load();
		expect(ids()).toEqual([1, 2]); // meanwhile
		asked[0]!.fail();
		await settled();
		expect([ids(), pages.next]).toEqual([[], null]);
	});
});
