import type { Browser, Page } from '@playwright/test';
import { expect, test } from './clinic';
import { person, phone, rail } from './people';
import { accessible } from './accessible';

test.setTimeout(240_000); // each goes through many screens of several people

const stamp = Date.now();
const newPassword = 'seven tall mountains';

async function invite(admin: Page, name: string, email: string): Promise<string> {
	await admin.goto('/settings/users');
	await admin.getByRole('button', { name: 'Invite somebody' }).click();
	await admin.getByLabel('Name', { exact: true }).fill(name);
	await admin.getByLabel('Email', { exact: true }).fill(email);
	await admin.getByLabel('Role').selectOption({ label: 'Doctor' });
	await admin.getByRole('button', { name: 'Send the invitation' }).click();
	const link = await admin.getByLabel('Invitation link').inputValue();
	await admin.getByRole('button', { name: 'Done' }).click();
	return link;
}

async function join(browser: Browser, link: string): Promise<Page> {
	const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
	await page.goto(new URL(link).pathname + new URL(link).hash);
	await page.getByLabel('New password').fill(newPassword);
	await page.getByRole('button', { name: 'Save and open' }).click();
	await page.waitForURL((url) => url.pathname === '/');
	return page;
}

/** One more administrator, to change the same things at the same time. */
async function secondAdmin(browser: Browser, admin: Page, name: string): Promise<Page> {
	const page = await join(
		browser,
		await invite(admin, name, `${name.slice(0, 4).trim().toLowerCase()}-${stamp}@demo.test`)
	);
	await open(admin, name);
	await admin.getByLabel('Role').selectOption({ label: 'Administrator' });
	await admin.getByRole('button', { name: 'Save' }).click();
	await expect(admin.getByRole('dialog')).toBeHidden();
	return page;
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function open(page: Page, name: string) {
	await page.getByRole('button', { name, exact: true }).click();
	await expect(page.getByRole('dialog', { name })).toBeVisible();
}

async function deactivate(admin: Page, name: string) {
	await admin.goto('/settings/users');
	await open(admin, name);
	await admin.getByRole('button', { name: 'Deactivate…' }).click();
	await admin.getByRole('button', { name: 'Deactivate', exact: true }).click();
	await expect(admin.getByRole('dialog')).toBeHidden();
}

test('somebody is invited, joins in another browser, and is thrown out at once', async ({ browser }) => {
	const admin = await person(browser, 'admin@demo.test');
	const rita = await person(browser, 'reception@demo.test');
	const name = 'Dr. Clara Nunes';
	const link = await invite(admin, name, `clara-${stamp}@demo.test`);
	await expect(row(admin, name)).toContainText('Invited');
	const clara = await join(browser, link);
	await expect(row(admin, name)).toContainText('Active');

	await test.step('the link works once', async () => {
		const late = await (await browser.newContext()).newPage();
		await late.goto(new URL(link).pathname + new URL(link).hash);
		await expect(late.getByRole('heading', { name: 'This link was used already' })).toBeVisible();
		await accessible(late, 'signin-used');
		await late.getByRole('button', { name: 'Get another link' }).click();
		await expect(late.getByRole('heading', { name: 'Get a link' })).toBeVisible();
	});

	await test.step('a colleague sees another name without a reload, and hands a conversation over', async () => {
		await rita.goto('/?view=all');
		await rita
			.locator('.list')
			.getByRole('link', { name: /Greta Meyer|Karin Schulz|Pedro Gomes|Quentin Dubois|Mona Haddad/ })
			.first()
			.click();
		await rita.getByRole('button', { name: 'Assign' }).click();
		await expect(rita.getByRole('menuitemradio', { name: /Clara Nunes/ })).toBeVisible();
		await open(admin, name);
		await admin.getByLabel('Name', { exact: true }).fill('Dr. Clara Nunes Reis');
		await admin.getByRole('button', { name: 'Save' }).click();
		await rita.getByRole('menuitemradio', { name: /Clara Nunes Reis/ }).click();
		await rail(clara, 'Mine');
		await expect(clara.locator('.list').getByRole('link').first()).toBeVisible();
	});

	await test.step('deactivated: out at once, and what she had is with nobody', async () => {
		await open(admin, 'Dr. Clara Nunes Reis');
		await admin.getByRole('button', { name: 'Deactivate…' }).click();
		await expect(admin.getByLabel('Hand them to')).toBeVisible();
		await admin.screenshot({ path: 'test-results/screens/admin-deactivate.png' });
		await admin.getByRole('button', { name: 'Deactivate', exact: true }).click();
		await expect(clara).toHaveURL(/signin/);
		await expect(rita.getByRole('button', { name: 'Assign' })).not.toContainText('Clara');
		await clara.getByLabel('Email').fill(`clara-${stamp}@demo.test`);
		await clara.getByLabel('Password').fill(newPassword);
		await clara.getByRole('button', { name: 'Sign in' }).click();
		await expect(clara.getByRole('alert')).toContainText('do not match');
	});
});

test('two administrators at once', async ({ browser }) => {
	const helena = await person(browser, 'admin@demo.test');
	const other = await secondAdmin(browser, helena, 'Otto Braga');

	await test.step('made an administrator, the settings are there without a reload', async () => {
		await rail(other, 'Settings');
		await other.getByRole('link', { name: 'Clinic', exact: true }).click();
		await expect(other.getByRole('heading', { name: 'Clinic', exact: true })).toBeVisible();
	});

	await helena.goto('/settings/clinic');
	const phoneOf = (page: Page) => page.getByLabel('Phone');
	const before = await phoneOf(helena).inputValue();
	await test.step('what one saves, the other sees', async () => {
		await phoneOf(helena).fill('+351 213 000 200');
		await helena.getByRole('button', { name: 'Save' }).click();
		await expect(phoneOf(other)).toHaveValue('+351 213 000 200');
	});
	await test.step('what one is editing is not overwritten, and it is told', async () => {
		await phoneOf(other).fill('+351 213 000 999');
		await phoneOf(helena).fill(before);
		await helena.getByLabel('Address').fill('Rua do Porto 14');
		await helena.getByRole('button', { name: 'Save' }).click();
		await expect(
			other.getByText(/Helena Duarte has changed this while you were editing: the phone/)
		).toBeVisible();
		await expect(phoneOf(other)).toHaveValue('+351 213 000 999');
		await expect(other.getByLabel('Address')).toHaveValue('Rua do Porto 14');
		await accessible(other, 'admin-moved');
		await other.getByRole('button', { name: 'Show theirs' }).click();
		await expect(phoneOf(other)).toHaveValue(before);
	});
	await test.step('hours: add, copy, and a span that overlaps is told where it is', async () => {
		const tuesday = other.getByRole('group', { name: 'Tuesday' });
		await helena.getByRole('button', { name: 'Add hours on Sunday' }).click();
		await helena.getByLabel('Sunday from').fill('10:00');
		await helena.getByLabel('Sunday until').fill('12:00');
		const sunday = helena.getByRole('group', { name: 'Sunday' });
		await sunday.getByRole('button', { name: 'Copy Sunday’s hours' }).click();
		await helena.getByRole('menuitem', { name: 'To Tuesday' }).click();
		await helena.getByRole('button', { name: 'Save' }).click();
		await expect(tuesday.getByLabel('Tuesday from')).toHaveCount(1);
		await expect(tuesday.getByLabel('Tuesday from')).toHaveValue('10:00');
		await helena.getByRole('button', { name: 'Add hours on Sunday' }).click();
		await helena.getByLabel('Sunday from').nth(1).fill('11:00');
		await helena.getByRole('button', { name: 'Save' }).click();
		await expect(sunday.getByRole('alert')).toContainText('runs into the next one');
		await accessible(helena, 'admin-hours-wrong');
		await helena.getByRole('button', { name: 'Discard' }).click();
	});
	await test.step('leaving what is not saved is asked about', async () => {
		await helena.getByLabel('Website').fill('https://other.example');
		helena.once('dialog', (dialog) => void dialog.dismiss());
		await helena.getByRole('link', { name: 'Users', exact: true }).click();
		await expect(helena).toHaveURL(/settings\/clinic/);
		await helena.getByRole('button', { name: 'Discard' }).click();
	});
	await deactivate(helena, 'Otto Braga');
	await expect(other).toHaveURL(/signin/);
});

test('a password is changed, and ends the other session', async ({ browser }) => {
	const admin = await person(browser, 'admin@demo.test');
	const email = `pia-${stamp}@demo.test`;
	const here = await join(browser, await invite(admin, 'Pia Lopes', email));
	const there = await (await browser.newContext()).newPage();
	const signIn = async (page: Page, password: string) => {
		await page.goto('/signin');
		await page.getByLabel('Email').fill(email);
		await page.getByLabel('Password').fill(password);
		await page.getByRole('button', { name: 'Sign in' }).click();
	};
	await signIn(there, newPassword);
	await expect(there).toHaveURL(/\/$/);
	await here.goto('/settings/account');
	await expect(here.getByText('This one')).toBeVisible();
	await here.getByLabel('Current password').fill('wrong');
	await here.getByLabel('New password').fill('a kettle of blue tea');
	await here.getByRole('button', { name: 'Change password' }).click();
	await expect(here.getByText('This is not your password')).toBeVisible();
	await here.getByLabel('Current password').fill(newPassword);
	await here.getByRole('button', { name: 'Change password' }).click();
	await expect(there).toHaveURL(/signin/);
	await expect(here.getByText('Your password is changed')).toBeVisible();
	await signIn(there, 'a kettle of blue tea');
	await expect(there).toHaveURL(/\/$/);
	await deactivate(admin, 'Pia Lopes');
});

test('a link by email is asked for, the same for every address', async ({ page }) => {
	for (const email of ['ana@demo.test', 'nobody@demo.test']) {
		await page.goto('/signin');
		await page.getByRole('button', { name: 'Email me a link' }).click();
		await page.getByLabel('Email').fill(email);
		await page.getByRole('button', { name: 'Send the link' }).click();
		await expect(page.getByText(`If ${email} has an account, a link is on its way.`)).toBeVisible();
	}
	await accessible(page, 'signin-sent');
	await page.goto('/signin#not-a-token');
	await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`administration, ${colorScheme}`, async ({ browser }) => {
		const desk = await person(browser, 'admin@demo.test', { colorScheme });
		const small = await person(browser, 'admin@demo.test', { colorScheme, ...phone });
		for (const [page, size] of [
			[desk, 'desk'],
			[small, 'phone']
		] as const) {
			await page.goto('/settings/users');
			await expect(page.getByText('Helena Duarte').first()).toBeVisible();
			await accessible(page, `admin-users-${size}-${colorScheme}`);
			await page.getByRole('button', { name: 'Dr. Nuno Faria' }).click();
			await expect(page.getByRole('dialog')).toBeVisible();
			await accessible(page, `admin-user-${size}-${colorScheme}`);
			await page.getByRole('button', { name: 'Close' }).last().click();
			await page.goto('/settings/clinic');
			await expect(page.getByLabel('Name of the clinic')).toBeVisible();
			await accessible(page, `admin-clinic-${size}-${colorScheme}`);
			await page.getByRole('group', { name: 'Monday' }).scrollIntoViewIfNeeded();
			await page.getByRole('region', { name: 'Closures' }).scrollIntoViewIfNeeded();
			await accessible(page, `admin-hours-${size}-${colorScheme}`);
			await page.goto('/settings/account');
			await expect(page.getByText('This one')).toBeVisible();
			await accessible(page, `admin-account-${size}-${colorScheme}`);
		}
		await desk.route('**/api/v1/users?*', (route) => route.fulfill({ status: 503, body: '{}' }));
		await desk.goto('/settings/users');
		await expect(desk.getByText('The users could not be loaded')).toBeVisible();
		await accessible(desk, `admin-failing-${colorScheme}`);
	});
}
