import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Preferences } from './contract';
import { OwnPreferences } from './preferences.svelte';
import { Topics } from './topics';

const first = { names: false, tone: { name: 'chime', volume: 0.5 }, quiet: { on: false } };
const settled = () => new Promise<void>((done) => setTimeout(done));

let server: Record<string, unknown>;
let asked: { body: unknown; answer: (status?: number) => Promise<void> }[];
let mine: OwnPreferences;
let end: () => void;

beforeEach(async () => {
	[server, asked] = [first, []];
	vi.stubGlobal('fetch', (_: string, { method, body }: { method: string; body?: string }) => {
		if (method === 'GET') return Promise.resolve(new Response(JSON.stringify(server)));
		const change = JSON.parse(body!);
		return new Promise<Response>((done) => {
			const answer = async (status = 200) => {
				if (status === 200) server = { ...server, ...change };
				done(
					new Response(JSON.stringify(status === 200 ? server : { title: 'No', status, code: 'no' }), {
						status
					})
				);
				await settled();
			};
			asked.push({ body: change, answer });
		});
	});
	end = $effect.root(() => {
		mine = new OwnPreferences(new Topics());
	});
	flushSync();
	await settled();
});
afterEach(() => {
	end();
	vi.unstubAllGlobals();
});

const loud = { tone: { name: 'chime', volume: 1 } } as Partial<Preferences>;

test('what is switched while a change is on its way follows it, and shows at once', async () => {
	void mine.keep({ names: true });
	void mine.keep(loud);
	void mine.keep({ quiet: { on: true } } as Partial<Preferences>);
	expect(mine.now).toMatchObject({ names: true, quiet: { on: true }, ...loud });
	expect(asked.map((a) => a.body)).toEqual([{ names: true }]);
	await asked[0]!.answer();
	expect(mine.now).toMatchObject({ names: true, quiet: { on: true }, ...loud });
	expect(asked[1]!.body).toEqual({ quiet: { on: true }, ...loud });
	await mine.load(); // somebody has told of the first change
	expect(mine.now).toMatchObject({ quiet: { on: true } });
	await asked[1]!.answer();
	expect(mine.now).toEqual(server);
	expect(asked).toHaveLength(2);
});

test('what is refused goes back, and why stays on the screen', async () => {
	void mine.keep({ names: true });
	void mine.keep(loud);
	await asked[0]!.answer(422);
	expect(mine.now).toEqual(first);
	expect(mine.submission.elsewhere()).toBe('No');
	expect(asked).toHaveLength(1);
});
