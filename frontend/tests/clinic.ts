import { test as base } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';

export { expect } from '@playwright/test';

// A failed test ends its worker, and the next one counts on: so a second try finds the ports free.
const port = Number(process.env.JOURNEYS_PORT ?? 18_080) + 10 * Number(process.env.TEST_WORKER_INDEX ?? 0);

/** Where the world outside of this worker's clinic shows its phones; SMTP and IMAP are at the next two ports. */
export const carrier = `127.0.0.1:${port + 1}`;
const site = `http://localhost:${port}`;

async function started(command: string, args: string[], env: Record<string, string>, ready: string) {
	const child = spawn(command, args, {
		env: { ...process.env, ...env },
		stdio: ['ignore', 'ignore', 'inherit']
	});
	const gone = once(child, 'exit');
	while (!(await fetch(ready).catch(() => null))?.ok) {
		if (child.exitCode !== null)
			throw new Error(`${command} ended with ${child.exitCode} before it was ready`);
		await new Promise((wait) => setTimeout(wait, 100));
	}
	return async () => {
		child.kill('SIGTERM');
		await gone;
	};
}

/**
 * Each worker has a clinic of its own: the whole program, its Postgres and Redis included, with
 * fresh demo data, and the world outside of it, where its messages go. What a failed test left
 * behind is gone with its worker, so a second try begins as the first one did.
 */
export const test = base.extend<object, { clinic: string }>({
	clinic: [
		async ({}, use) => {
			const varDir = `../var/journeys-${port}`;
			await rm(varDir, { recursive: true, force: true });
			const endCarrier = await started(
				'../bin/carrier',
				[
					'--http',
					carrier,
					'--smtp',
					`127.0.0.1:${port + 2}`,
					'--imap',
					`127.0.0.1:${port + 3}`,
					'--webhooks',
					site
				],
				{},
				`http://${carrier}/control/world`
			);
			const endServer = await started(
				'../bin/frontdesk',
				['serve', '--demo', '--carrier', carrier],
				// with PUBLIC_URL the carrier's signatures are checked
				{ PORT: String(port), PUBLIC_URL: site, VAR_DIR: varDir, DATABASE_URL: '', REDIS_URL: '' },
				`${site}/readyz`
			);
			await use(site);
			await endServer();
			await endCarrier();
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	baseURL: ({ clinic }, use) => use(clinic)
});
