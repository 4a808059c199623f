import { afterEach, expect, test, vi } from 'vitest';
import { get, postFile } from './api';

afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

test('a large file may take as long as a slow line needs', async () => {
	const timeout = vi.spyOn(AbortSignal, 'timeout');
	vi.stubGlobal('fetch', async () => new Response('{}'));
	await get('/me');
	expect(timeout).toHaveBeenLastCalledWith(15_000);
	await postFile('/patients/import/preview', new Blob([new Uint8Array(2e6 + 1)]), 'text/csv');
	expect(timeout.mock.lastCall![0]).toBeGreaterThan(8 * 60_000);
});
