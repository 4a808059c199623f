import { flushSync } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { Resource } from './resource.svelte';
import { Topics } from './topics';

afterEach(() => vi.unstubAllGlobals());

test('it is asked for once, and again on its topic', async () => {
	const asked = vi.fn(async () => new Response('{"items":[]}', { status: 200 }));
	vi.stubGlobal('fetch', asked);
	const topics = new Topics();
	let shown: Resource<unknown> | undefined;
	const end = $effect.root(() => {
		shown = new Resource(topics, ['things'], () => '/things');
	});
	const settle = async () => {
		for (let i = 0; i < 5; i++) {
			flushSync();
			await new Promise((done) => setTimeout(done));
		}
	};
	await settle();
	expect(shown!.state).toBe('loaded');
	expect(asked).toHaveBeenCalledTimes(1);
	topics.tell(['things']);
	await settle();
	expect(asked).toHaveBeenCalledTimes(2);
	end();
});
