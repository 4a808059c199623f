import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const server = process.env.FRONTDESK ?? 'http://localhost:8080';

export default defineConfig({
	plugins: [svelte()],
	build: {
		rollupOptions: {
			input: ['index.html', 'portal.html', 'signin.html', 'docs.html']
		},
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0, // the page's policy allows no data: script
		chunkSizeWarningLimit: 2000 // docs.html carries a whole viewer, and is loaded by nobody else
	},
	server: { proxy: { '/api': { target: server, ws: true }, '/openapi.json': server } },
	test: { include: ['src/**/*.test.ts'], environment: 'jsdom' },
	resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined
});
