import { randomUUID } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { expect, test } from './clinic';
import { accessible } from './accessible';
import { bubble, person, phone } from './people';

test.setTimeout(180_000); // several people, one after another

const picture = {
	name: 'rash.png',
	mimeType: 'image/png',
	buffer: Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
		'base64'
	)
};

async function api<T>(page: Page, path: string, data: unknown): Promise<T> {
	const answer = await page.request.post(`/api/v1${path}`, { data });
	expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
	return answer.json();
}

/** Somebody new in the directory, who has just come in by the link of an invitation. */
async function invited(browser: Browser, by: Page, name: string, email: string): Promise<Page> {
	const patient = await api<{ id: string }>(by, '/patients', { id: randomUUID(), name, email });
	const { link } = await api<{ link: string }>(by, `/patients/${patient.id}/invitation`, {});
	const page = await (await browser.newContext(phone)).newPage();
	await page.goto(new URL(link).pathname + new URL(link).hash);
	await page.getByLabel('New password').fill('a boat on the river');
	await page.getByRole('button', { name: 'Save and open' }).click();
	await page.waitForURL(/\/portal/);
	return page;
}

test('who was invited writes for the first time, with a picture, and changes the password', async ({
	browser
}) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await expect(tom.locator('.list').getByRole('listitem').first()).toBeVisible();
	const nora = await invited(browser, rita, 'Nora Lindgren', 'nora@demo.test');

	await test.step('the first message, with a file; reception sees both at once', async () => {
		await expect(nora.getByRole('heading', { name: 'Hello Nora' })).toBeVisible();
		await nora.locator('form input[type=file]').setInputFiles(picture);
		await nora.getByRole('textbox', { name: 'Message to reception' }).fill('This came up yesterday.');
		await accessible(nora, 'portal-welcome');
		await nora.getByRole('button', { name: 'Send to reception' }).tap();
		await expect(bubble(nora, 'This came up yesterday.')).toBeVisible();
		await tom
			.locator('.list')
			.getByRole('link', { name: /Nora Lindgren/ })
			.click();
		await expect(bubble(tom, 'This came up yesterday.')).toBeVisible();
		await expect(tom.getByRole('button', { name: 'Look at rash.png' })).toBeVisible();
	});

	await test.step('another password ends the other session', async () => {
		const desk = await (await browser.newContext()).newPage();
		await desk.goto('/signin');
		await desk.getByLabel('Email').fill('nora@demo.test');
		await desk.getByLabel('Password').fill('a boat on the river');
		await desk.getByRole('button', { name: 'Sign in' }).click();
		await desk.waitForURL(/\/portal/);
		await nora.getByRole('button', { name: 'Your menu' }).tap();
		await nora.getByRole('menuitem', { name: 'Your account' }).tap();
		await expect(nora.getByText('This one')).toBeVisible();
		await accessible(nora, 'portal-account');
		await nora.getByLabel('Current password').fill('a boat on the lake');
		await nora.getByLabel('New password').fill('two boats on the river');
		await nora.getByRole('button', { name: 'Change password' }).tap();
		await expect(nora.getByText('This is not your password')).toBeVisible();
		await nora.getByLabel('Current password').fill('a boat on the river');
		await nora.getByRole('button', { name: 'Change password' }).tap();
		await expect(nora.getByText('Your password is changed')).toBeVisible();
		await expect(desk).toHaveURL(/signin/);
		await nora.reload(); // the address is a screen of its own
		await expect(nora.getByRole('heading', { name: 'Your account' })).toBeVisible();
	});
});

test('by which channels a patient is reached is told with its reason, and follows at once', async ({
	browser
}) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	// Whom the portal alone reaches, and whom nothing does.
	for (const name of ['Hugo Almeida', 'Beatriz Sousa']) {
		const found = await rita.request.get(`/api/v1/patients?q=${encodeURIComponent(name)}`);
		const { id } = (await found.json()).items[0];
		for (const channel of ['sms', 'whatsapp', 'email']) {
			const said = await rita.request.put(`/api/v1/patients/${id}/consents/${channel}`, {
				data: { given: false }
			});
			expect(said.ok()).toBe(true);
		}
	}
	await tom.goto('/?view=all');
	await tom
		.locator('.list')
		.getByRole('link', { name: /Hugo Almeida/ })
		.first()
		.click();
	const field = tom.getByRole('textbox', { name: 'Message to Hugo Almeida' });

	await test.step('the composer’s picker gives each reason', async () => {
		await expect(field).toBeEnabled();
		await tom.getByRole('button', { name: 'Channel' }).last().click();
		await expect(tom.getByRole('menuitemradio', { name: 'Portal' })).toBeVisible();
		await expect(
			tom.getByRole('menuitemradio', { name: /SMS The patient has opted out of this channel/ })
		).toHaveAttribute('aria-disabled', 'true');
		await tom.keyboard.press('Escape');
	});

	await test.step('a colleague takes the portal away: the field is closed, and says why', async () => {
		await rita.goto('/patients?q=Hugo');
		await rita.getByRole('link', { name: /Hugo Almeida/ }).click();
		rita.once('dialog', (dialog) => void dialog.accept());
		await rita.getByRole('button', { name: 'Take access away' }).click();
		await expect(field).toBeDisabled();
		await rita.getByRole('button', { name: 'Give access and invite' }).click();
		await expect(rita.getByText('No email leaves this installation')).toBeVisible();
		await expect(field).toBeEnabled();
	});

	await test.step('a new conversation offers the same, also for who is not reached yet', async () => {
		await tom.getByRole('button', { name: 'New conversation' }).click();
		const dialog = tom.getByRole('dialog', { name: 'New conversation' });
		await dialog.getByRole('searchbox').fill('Beatriz');
		await dialog.getByRole('button', { name: /Beatriz Sousa/ }).click();
		await expect(dialog.getByText('No channel reaches Beatriz Sousa yet.')).toBeVisible();
		await expect(dialog.getByRole('radio', { name: /Portal/ })).toBeDisabled();
		await accessible(tom, 'new-unreached');
		await dialog.getByRole('textbox', { name: 'Message' }).fill('Hello');
		await expect(dialog.getByRole('button', { name: /Send to/ })).toBeDisabled();
		await dialog.getByRole('link', { name: 'Give access to the portal' }).click();
		await expect(tom.getByRole('heading', { name: 'Beatriz Sousa' })).toBeVisible();
	});
});
