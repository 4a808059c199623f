import { accessible } from './accessible';
import { expect, test } from './clinic';
import { open, person, phone, rail } from './people';

for (const colorScheme of ['light', 'dark'] as const) {
	test(`the desk, ${colorScheme}`, async ({ browser }) => {
		const page = await person(browser, 'reception@demo.test', { colorScheme });
		await open(page, /Elena Rossi/);
		await accessible(page, `desk-${colorScheme}`);
		await page.keyboard.press('?');
		await expect(page.getByRole('dialog')).toBeVisible();
		await accessible(page, `help-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'New conversation' }).click();
		await expect(page.getByRole('button', { name: /Amir Rahimi/ })).toBeVisible();
		await accessible(page, `new-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill('ana');
		await accessible(page, `palette-${colorScheme}`);
	});

	test(`on a phone, ${colorScheme}`, async ({ browser }) => {
		const staff = await person(browser, 'doctor@demo.test', { colorScheme, ...phone });
		await accessible(staff, `phone-list-${colorScheme}`);
		await staff.getByRole('button', { name: 'Your menu' }).click();
		await staff.getByRole('menuitemradio', { name: 'Starred' }).click();
		await accessible(staff, `phone-starred-${colorScheme}`);
		await rail(staff, 'All');
		await open(staff, /Elena Rossi/);
		await accessible(staff, `phone-thread-${colorScheme}`);
		await staff.getByRole('button', { name: 'Patient’s details' }).click();
		await expect(staff.getByRole('complementary', { name: 'Patient' })).toBeVisible();
		await accessible(staff, `phone-card-${colorScheme}`);
		const patient = await person(browser, 'chloe@demo.test', { colorScheme, ...phone });
		await accessible(patient, `portal-${colorScheme}`);
		await open(patient, /Reception/);
		await accessible(patient, `portal-thread-${colorScheme}`);
	});

	test(`signing in, ${colorScheme}`, async ({ browser }) => {
		const page = await (await browser.newContext({ colorScheme })).newPage();
		await page.goto('/signin');
		await accessible(page, `signin-${colorScheme}`);
	});
}

test('loading, failing and empty are screens too', async ({ browser }) => {
	const page = await person(browser, 'reception2@demo.test');
	await rail(page, 'Mine');
	await expect(page.getByText('Nothing is assigned to you')).toBeVisible();
	await page.screenshot({ path: 'test-results/screens/empty.png' });

	await page.route('**/api/v1/conversations?*', (route) => route.fulfill({ status: 503, body: '{}' }));
	await rail(page, 'Archived');
	await expect(page.getByText('The list could not be loaded')).toBeVisible();
	await page.screenshot({ path: 'test-results/screens/failing.png' });
	await page.unroute('**/api/v1/conversations?*');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.locator('.list').getByRole('listitem').first()).toBeVisible();

	await page.route('**/api/v1/me', (route) => route.abort());
	await page.reload();
	await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
	await page.screenshot({ path: 'test-results/screens/unreachable.png' });
});

test('the description of the API is read without asking another host', async ({ page }) => {
	const asked: string[] = [];
	page.on('request', (request) => asked.push(new URL(request.url()).host));
	await page.goto('/docs');
	await expect(page.getByText('/api/v1/conversations/{id}/messages').first()).toBeVisible();
	expect([...new Set(asked)]).toEqual([new URL(page.url()).host]);
});

test('on a low screen nothing is pushed out of sight', async ({ browser }) => {
	for (const height of [640, 560]) {
		const page = await person(browser, 'reception@demo.test', { viewport: { width: 1366, height } });
		await open(page, /Elena Rossi/);
		await expect(page.getByRole('button', { name: /Send to Elena/ })).toBeInViewport({ ratio: 1 });
		await expect(page.getByRole('button', { name: 'Your menu' })).toBeInViewport({ ratio: 1 });
		await accessible(page, `low-${height}`);
	}
});
