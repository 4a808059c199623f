import type { Page } from '@playwright/test';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { bubble, open, person, phone } from './people';

const list = (page: Page) => page.locator('.list');
const row = (page: Page, name: string) => list(page).getByRole('listitem').filter({ hasText: name });
const savedCount = (page: Page, name: string) =>
	page.getByRole('group', { name: 'Saved views' }).getByRole('link', { name }).locator('b');

// Two receptionists: what one files, the other's narrowed list and counts show at once.
test('a narrowed list and its counts are live', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);

	await test.step('Rita keeps what travels as a view', async () => {
		await rita.goto('/?view=all&label=travel&archived=any');
		await expect(row(rita, 'Inês Carvalho')).toBeVisible();
		await rita.getByRole('button', { name: 'Save view' }).click();
		await rita.getByRole('textbox', { name: 'Name' }).fill('Journeys');
		await rita.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(savedCount(rita, 'Journeys')).toHaveText('1');
	});

	await test.step('Tom gives Hugo the label: it enters her list and is counted', async () => {
		await tom.goto('/?view=all');
		await open(tom, /Hugo Almeida/);
		const id = new URL(tom.url()).pathname.split('/').pop();
		await tom.evaluate(
			(at) =>
				fetch(`/api/v1/conversations/${at}`, {
					method: 'PATCH',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ labels: ['travel'] })
				}),
			id
		);
		await expect(row(rita, 'Hugo Almeida')).toBeVisible();
		await expect(savedCount(rita, 'Journeys')).toHaveText('2');
	});

	await test.step('she narrows it further, he archives: it leaves', async () => {
		await rita.goto('/?view=all&label=travel');
		await expect(row(rita, 'Hugo Almeida')).toBeVisible();
		await tom.getByRole('button', { name: 'Archive', exact: true }).click();
		await expect(row(rita, 'Hugo Almeida')).toHaveCount(0);
		await tom.getByRole('button', { name: 'Undo' }).click();
		await expect(row(rita, 'Hugo Almeida')).toBeVisible();
	});

	await test.step('back as it was, and the view is deleted', async () => {
		const id = new URL(tom.url()).pathname.split('/').pop();
		await tom.evaluate(
			(at) =>
				fetch(`/api/v1/conversations/${at}`, {
					method: 'PATCH',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ labels: [] })
				}),
			id
		);
		await expect(row(rita, 'Hugo Almeida')).toHaveCount(0);
		await rita.getByRole('link', { name: /Journeys/ }).click();
		await expect(savedCount(rita, 'Journeys')).toHaveText('1');
		await rita.getByRole('button', { name: 'Edit view' }).click();
		await rita.getByRole('button', { name: 'Delete' }).click();
		await expect(rita.getByRole('link', { name: /Journeys/ })).toHaveCount(0);
	});
});

test('filters combine, stand in the address, and are taken away one by one', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.goto('/?view=all');
	await page.getByRole('button', { name: 'Whose' }).click();
	await page.getByRole('menuitemradio', { name: /Nobody’s/ }).click();
	await expect(page).toHaveURL(/assignee_id=nobody/);
	await page.getByRole('button', { name: 'More filters' }).click();
	await page.getByRole('menuitemradio', { name: /Longest wait first/ }).click();
	await expect(page).toHaveURL(/sort=waiting/);
	await expect(list(page).getByRole('listitem').first()).toBeVisible();
	const waits = await list(page).locator('.wait').allInnerTexts();
	expect(waits.length).toBeGreaterThan(1);
	await page.reload();
	expect(await list(page).locator('.wait').first().innerText()).toBe(waits[0]);
	await page.getByRole('button', { name: 'Take away the filter Longest wait first' }).click();
	await expect(page).not.toHaveURL(/sort=/);
	await expect(page).toHaveURL(/assignee_id=nobody/);
});

test('what was written long ago is found, and seen in its place', async ({ browser }) => {
	test.slow(); // several screens are looked at on the way
	const page = await person(browser, 'reception@demo.test');
	await expect(list(page).getByRole('listitem').first()).toBeVisible();
	await page.keyboard.press('f');
	await expect(page.getByRole('searchbox', { name: 'Search all messages' })).toBeFocused();

	await test.step('an archived message, without its accents and its end', async () => {
		await page.keyboard.type('half marathon');
		await expect(page.getByRole('link', { name: /Ben Weber/ }).first()).toBeVisible();
		await page.getByRole('searchbox', { name: 'Search all messages' }).fill('viet');
		const hit = page.getByRole('link', { name: /Vietnam/ });
		await expect(hit).toBeVisible();
		await expect(hit.locator('mark')).toHaveText('Vietnam');
		await accessible(page, 'search-found-light');
	});

	await test.step('people on top, by name or number', async () => {
		await page.getByRole('searchbox', { name: 'Search all messages' }).fill('ines carv');
		await expect(page.getByRole('link', { name: /Inês Carvalho \+351/ })).toBeVisible();
	});

	await test.step('a hit opens at the message, and goes on to the newest', async () => {
		await page.getByRole('searchbox', { name: 'Search all messages' }).fill('fasting water');
		await page.getByRole('link', { name: /come fasting/ }).click();
		await expect(page).toHaveURL(/\/c\/.*m=/);
		await expect(bubble(page, 'come fasting')).toBeInViewport();
		await expect(page.getByText('Found here')).toBeVisible();
		await accessible(page, 'search-in-place-light');
		await page.getByRole('button', { name: 'Newest' }).click();
		await expect(page.getByRole('log').getByRole('listitem').last()).toBeInViewport();
	});

	await test.step('what was searched for is offered again', async () => {
		await page.goto('/search');
		await expect(page.getByRole('button', { name: 'fasting water' })).toBeVisible();
		await accessible(page, 'search-recent-light');
		await page.getByRole('button', { name: 'Forget them' }).click();
		await expect(page.getByRole('button', { name: 'fasting water' })).toHaveCount(0);
	});

	await test.step('nothing, and only punctuation, are answers too', async () => {
		await page.getByRole('searchbox', { name: 'Search all messages' }).fill('zebracrossing');
		await expect(page.getByRole('heading', { name: /Nothing was found/ })).toBeVisible();
		await accessible(page, 'search-nothing-light');
		await page.getByRole('searchbox', { name: 'Search all messages' }).fill('"?!"');
		await expect(page.getByText('Type at least one letter or digit')).toBeVisible();
	});
});

test('the list’s own field finds older words, too', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.goto('/?view=all&archived=any');
	await page.getByRole('searchbox', { name: 'Filter the list' }).fill('vietnam');
	await expect(row(page, 'Inês Carvalho')).toBeVisible();
	await expect(list(page).getByRole('listitem')).toHaveCount(1);
});

test('stars are a list to follow up, shared by staff; a patient’s are the own', async ({ browser }) => {
	test.slow(); // three people, and two screens that are looked at
	const [rita, tom, ana] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		person(browser, 'ana@demo.test', phone)
	]);
	await tom.goto('/starred');
	await expect(tom.getByRole('heading', { name: 'Starred messages' })).toBeVisible();
	await expect(tom.getByText(/Starred by/).first()).toBeVisible();
	await rita.goto('/?view=all');
	await open(rita, /Hugo Almeida/);
	await bubble(rita, 'physiotherapy').first().hover();
	await bubble(rita, 'physiotherapy').first().getByRole('button', { name: 'Star' }).click();
	const hit = tom.getByRole('link', { name: /physiotherapy/ }).first();
	await expect(hit).toBeVisible();
	await expect(hit.getByText('Starred by Maria Santos')).toBeVisible();
	await accessible(tom, 'starred-light');
	await hit.click();
	await expect(bubble(tom, 'physiotherapy').first()).toBeInViewport();
	await tom.goto('/starred');
	await tom
		.getByRole('listitem')
		.filter({ hasText: 'physiotherapy' })
		.getByRole('button', { name: 'Take the star away' })
		.click();
	await expect(bubble(rita, 'physiotherapy').first().getByRole('button', { pressed: false })).toBeAttached();

	await ana.getByRole('button', { name: 'Starred messages' }).click();
	await expect(ana.getByRole('link', { name: /Reception You · Portal/ })).toBeVisible();
	await accessible(ana, 'portal-starred-light');
});

for (const colorScheme of ['dark'] as const) {
	test(`search and filters, ${colorScheme}`, async ({ browser }) => {
		const page = await person(browser, 'reception@demo.test', { colorScheme });
		await page.goto('/search?q=appointment');
		await expect(page.locator('mark').first()).toBeVisible();
		await accessible(page, `search-found-${colorScheme}`);
		await page.goto('/?view=all&label=urgent&assignee_id=nobody&sort=waiting&archived=any');
		await expect(page.getByRole('group', { name: 'Filters in use' })).toBeVisible();
		await accessible(page, `filters-${colorScheme}`);
		const small = await person(browser, 'reception@demo.test', { colorScheme, ...phone });
		await small.goto('/search?q=appointment');
		await expect(small.locator('mark').first()).toBeVisible();
		await accessible(small, `search-phone-${colorScheme}`);
		await small.goto('/?view=all&label=urgent&archived=any');
		await expect(small.getByRole('group', { name: 'Filters in use' })).toBeVisible();
		await accessible(small, `filters-phone-${colorScheme}`);
	});
}

test('loading and failing', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.route('**/api/v1/search?*', (route) => route.abort());
	await page.goto('/search?q=appointment');
	await expect(page.getByRole('heading', { name: 'The search was not answered' })).toBeVisible();
	await accessible(page, 'search-failing-light');
	await page.unroute('**/api/v1/search?*');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.locator('mark').first()).toBeVisible();
	await page.getByRole('button', { name: 'Save view' }).waitFor({ state: 'detached' });
	await page.goto('/?view=all&starred=true');
	await page.getByRole('button', { name: 'Save view' }).click();
	await expect(page.getByRole('dialog')).toBeVisible();
	await accessible(page, 'save-view-light');
});
