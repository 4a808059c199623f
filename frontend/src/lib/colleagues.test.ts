import { expect, it, vi } from 'vitest';
import { Colleagues } from './colleagues.svelte';
import { Topics } from './topics';

it('knows everybody, also those of later pages', async () => {
	const pages: Record<string, unknown> = {
		'?limit=200': {
			items: [
				{ id: '1', name: 'Ana', role: 'receptionist', hub: true },
				{ id: '2', name: 'Bo', role: 'receptionist', hub: false }
			],
			next_cursor: 'n'
		},
		'?limit=200&cursor=n': { items: [{ id: '3', name: 'Zoe', role: 'doctor', hub: true }], next_cursor: null }
	};
	vi.stubGlobal(
		'fetch',
		async (path: string) => new Response(JSON.stringify(pages[path.replace('/api/v1/users', '')]))
	);
	const colleagues = new Colleagues(new Topics());
	await colleagues.load();
	expect(colleagues.all.map((u) => u.name)).toEqual(['Zoe', 'Ana']);
	expect(colleagues.name('2')).toBe('Bo');
	vi.unstubAllGlobals();
});
