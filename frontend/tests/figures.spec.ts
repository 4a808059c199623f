import { readFileSync } from 'node:fs';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { open, person, phone, write } from './people';

test('an admin reads the figures, and a colleague’s message moves them', async ({ browser }) => {
	const admin = await person(browser, 'admin@demo.test');
	await admin.goto('/statistics');
	await expect(admin.getByRole('heading', { name: 'Figures' })).toBeVisible();
	const panel = admin.getByRole('region', { name: 'Messages', exact: true }).first();
	await panel.getByRole('button', { name: 'Messages as a table' }).click();
	await expect(panel.getByRole('columnheader', { name: 'Direction' })).toBeVisible();
	const download = admin.waitForEvent('download');
	await panel.getByRole('link', { name: 'Messages as CSV', exact: true }).click();
	const csv = readFileSync(await (await download).path(), 'utf8');
	expect(csv.startsWith('\ufeffday,channel,direction,messages\r\n')).toBe(true);
	expect(csv.split('\r\n').length).toBeGreaterThan(3);

	const people = admin.getByRole('region', { name: 'People' }).first();
	const row = people.getByRole('row', { name: /Tom Becker/ });
	await expect(row).toBeVisible();
	const now = admin.getByRole('region', { name: 'Now' });
	const unanswered = async () =>
		Number(await now.locator('.panel', { hasText: 'Unanswered' }).locator('b').innerText());
	await expect(now.getByText('Unanswered')).toBeVisible();
	const before = await unanswered();
	const ana = await person(browser, 'ana@demo.test', phone);
	await open(ana, /Dr\. João Costa/);
	await write(ana, 'One more thing about my tablets.');
	await expect.poll(unanswered).toBeGreaterThan(before);
});

test('a wrong range is said, and a failing one can be tried again', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.goto('/statistics');
	await expect(page.getByRole('heading', { name: 'Your own work' })).toBeVisible();
	await page.getByRole('textbox', { name: 'To' }).fill('2020-01-01');
	await expect(page.getByRole('alert')).toContainText('last day that is not before');
	await page.getByRole('textbox', { name: 'From' }).fill('2020-01-01');
	await expect(page.getByText('Nothing happened in these days').first()).toBeVisible();
	await accessible(page, 'figures-empty', { fullPage: true });
	await page.route('**/api/v1/stats/volume*', (route) => route.fulfill({ status: 503, body: '{}' }));
	await page.getByRole('button', { name: '7 days', exact: true }).click();
	await expect(page.getByText('This could not be counted')).toBeVisible();
	await page.screenshot({ path: 'test-results/screens/figures-failing.png' });
	await page.unroute('**/api/v1/stats/volume*');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByText('This could not be counted')).toBeHidden();
});

test('an admin takes a patient’s history out', async ({ browser }) => {
	const admin = await person(browser, 'admin@demo.test');
	const of = async (path: string) => (await (await admin.request.get(`/api/v1/${path}`)).json()).items[0].id;
	const ulrike = await of('patients?q=Ulrike');
	const thread = `/c/${await of(`conversations?archived=any&patient_id=${ulrike}`)}`;
	await admin.goto(thread);
	await admin.getByRole('button', { name: 'Export history' }).click();
	await accessible(admin, 'export', { fullPage: true });
	const download = admin.waitForEvent('download');
	await admin.getByRole('link', { name: 'Export', exact: true }).click();
	expect(
		readFileSync(await (await download).path())
			.subarray(0, 5)
			.toString()
	).toBe('%PDF-');
	const reception = await person(browser, 'reception@demo.test');
	await reception.goto(thread);
	await expect(reception.getByRole('heading', { name: 'Contact' })).toBeVisible();
	await expect(reception.getByRole('button', { name: 'Export history' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`the figures as they look, ${colorScheme}`, async ({ browser }) => {
		for (const [name, size] of [
			['desk', { viewport: { width: 1280, height: 1900 } }],
			['phone', phone]
		] as const) {
			const page = await person(browser, 'admin@demo.test', { colorScheme, ...size });
			await page.goto('/statistics');
			await expect(page.getByRole('img', { name: /Waits by day/ })).toBeVisible();
			await page.getByRole('button', { name: '90 days' }).click();
			await accessible(page, `figures-${name}-${colorScheme}`, { fullPage: true });
		}
	});
}
