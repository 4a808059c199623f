import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Importing } from './importing.svelte';

const settled = () => new Promise((done) => setTimeout(done));
const file = (name: string) => new File(['x'], name);

let asked: { path: string; answer: (sheet: object, status?: number) => Promise<unknown> }[];
let importing: Importing;

beforeEach(() => {
	asked = [];
	importing = new Importing();
	vi.stubGlobal(
		'fetch',
		(path: string) =>
			new Promise<Response>((done) => {
				const answer = (sheet: object, status = 200) => {
					done(new Response(JSON.stringify(sheet), { status }));
					return settled();
				};
				asked.push({ path: decodeURIComponent(path), answer });
			})
	);
});
afterEach(() => vi.unstubAllGlobals());

const sheet = (of: string, columns = ['name', 'phone']) => ({ header: ['A', 'B'], columns, rows: [], of });
const shown = () => (importing.sheet as unknown as { of: string } | undefined)?.of;

test('the file that was chosen last is shown, whichever answer comes first', async () => {
	importing.choose(file('a.csv'));
	importing.choose(file('b.csv'));
	expect(asked).toHaveLength(2);
	await asked[0]!.answer(sheet('a'));
	expect(shown()).toBeUndefined();
	expect(importing.submission.busy).toBe(true);
	await asked[1]!.answer(sheet('b'));
	expect(shown()).toBe('b');
	expect(importing.submission.busy).toBe(false);

	importing.choose(file('c.csv'));
	importing.choose(undefined);
	await asked[2]!.answer(sheet('c'));
	expect(shown()).toBeUndefined();
});

test('columns that are changed one after another are all asked for', async () => {
	importing.choose(file('a.csv'));
	await asked[0]!.answer(sheet('as read'));
	importing.take(0, 'email');
	importing.take(1, '');
	expect(asked[2]!.path).toContain('columns=email,');
	await asked[2]!.answer(sheet('both', ['email', '']));
	await asked[1]!.answer(sheet('one', ['email', 'phone']));
	expect(shown()).toBe('both');
});

test('a column that the server does not take goes back to what is shown', async () => {
	importing.choose(file('a.csv'));
	await asked[0]!.answer(sheet('as read'));
	importing.take(0, 'phone');
	expect(importing.columns).toEqual(['phone', 'phone']);
	await asked[1]!.answer({ title: 'No', status: 422, code: 'column_twice', detail: 'Twice.' }, 422);
	expect(importing.columns).toEqual(['name', 'phone']);
	expect(importing.submission.elsewhere()).toBe('Twice.');
});
