import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lookup } from './lookup.svelte';

let words = $state('');
let asked: Record<string, { say: (found: string) => void; fail: () => void }>;
let lookup: Lookup<string>;
let end: () => void;

async function type(text: string) {
	words = text;
	flushSync();
	await vi.advanceTimersByTimeAsync(150);
}

beforeEach(() => {
	vi.useFakeTimers();
	words = '';
	asked = {};
	end = $effect.root(() => {
		lookup = new Lookup(
			() => words,
			(text) => new Promise((say, fail) => (asked[text] = { say, fail: () => fail(new Error()) }))
		);
	});
	flushSync();
});
afterEach(() => {
	end();
	vi.useRealTimers();
});

test('an answer to older words shows nothing, also where it is the last', async () => {
	await type('an');
	await type(' ana ');
	asked.ana!.say('Ana');
	await vi.advanceTimersByTimeAsync(0);
	asked.an!.say('Andrew');
	await vi.advanceTimersByTimeAsync(0);
	expect(lookup.found).toBe('Ana');
});

test('it is asked for once the hand rests', () => {
	for (const text of ['a', 'an', 'ana']) {
		words = text;
		flushSync();
		vi.advanceTimersByTime(100);
	}
	vi.advanceTimersByTime(50);
	expect(Object.keys(asked)).toEqual(['ana']);
});

test('what was found stays where the next answer does not come', async () => {
	await type('ana');
	asked.ana!.say('Ana');
	await vi.advanceTimersByTimeAsync(0);
	await type('anab');
	asked.anab!.fail();
	await vi.advanceTimersByTimeAsync(0);
	expect([lookup.found, lookup.failed]).toEqual(['Ana', true]);
	await type('ana');
	asked.ana!.say('Ana');
	await vi.advanceTimersByTimeAsync(0);
	expect(lookup.failed).toBe(false);
});
