import { defineConfig } from '@playwright/test';

const port = Number(process.env.JOURNEYS_PORT ?? 18_080);
const carrier = `127.0.0.1:${port + 90}`; // its page and APIs; SMTP and IMAP are at the next two ports

// The whole program, its own Postgres and Redis included, on a fresh demo clinic; and the world
// outside of it, where its messages go.
export default defineConfig({
	testDir: 'tests',
	testMatch: process.env.PICTURES ? 'pictures.ts' : '*.spec.ts',
	timeout: 120_000,
	expect: { timeout: 15_000 },
	workers: 1, // the journeys share one clinic
	forbidOnly: !!process.env.CI,
	retries: process.env.CI ? 2 : 0, // a machine that others use too may be slow at a moment
	reporter: [['list']],
	use: {
		baseURL: `http://localhost:${port}`,
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
			args: [
				'--no-sandbox', // as root in a container, where the browser's own does not start
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		}
	},
	webServer: [
		{
			command: [
				`exec ../bin/carrier --http ${carrier} --smtp 127.0.0.1:${port + 91} --imap 127.0.0.1:${port + 92}`,
				`--webhooks http://localhost:${port}`
			].join(' '),
			url: `http://${carrier}/control/world`,
			gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 }
		},
		{
			command: `rm -rf "$VAR_DIR" && exec ../bin/frontdesk serve --demo --carrier ${carrier}`,
			env: {
				PORT: String(port),
				PUBLIC_URL: `http://localhost:${port}`, // with it the carrier's signatures are checked
				VAR_DIR: `../var/journeys-${port}`,
				DATABASE_URL: '',
				REDIS_URL: ''
			},
			url: `http://localhost:${port}/readyz`,
			timeout: 120_000,
			gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 }
		}
	]
});
