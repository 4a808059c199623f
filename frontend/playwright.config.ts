import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: 'tests',
	testMatch: process.env.PICTURES ? 'pictures.ts' : '*.spec.ts',
	timeout: 120_000,
	expect: { timeout: 15_000 },
	workers: 1, // each brings a clinic and several browsers
	forbidOnly: !!process.env.CI,
	retries: process.env.CI ? 2 : 0, // a machine that others use too may be slow at a moment
	reporter: [['list']],
	use: {
		timezoneId: 'Europe/Lisbon', // the demo clinic's
		actionTimeout: 30_000, // what is not there by then does not come
		navigationTimeout: 30_000,
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
	}
});
