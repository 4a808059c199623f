import type { Page } from '@playwright/test';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { bubble, open, person, phone, rail, write } from './people';

test.describe.configure({ timeout: 150_000 });

const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ });
const unread = async (page: Page) =>
	Number(/\d+/.exec((await bell(page).getAttribute('aria-label')) ?? '')?.[0] ?? 0);
const api = (page: Page, method: string, path: string, data?: unknown) =>
	page.request.fetch(`/api/v1${path}`, { method, data });

test('two people are told of a message, live; opening it clears it in another tab', async ({ browser }) => {
	const [tom, doctor, ben] = await Promise.all([
		person(browser, 'reception2@demo.test'),
		person(browser, 'doctor@demo.test'),
		person(browser, 'ben@demo.test', phone)
	]);
	const tab = await tom.context().newPage();
	await tab.goto('/settings/notifications');
	await expect(bell(tom)).toBeVisible();
	await tom.goto('/?view=all');
	await open(ben, /Reception/);
	// Whatever is unread of Ben's is read first, so that what comes is new.
	await open(tom, /Ben Weber/);
	await expect.poll(() => tom.title()).toContain('Ben Weber');
	const unreadOfBen = async () => {
		const { items } = await (await api(tom, 'GET', '/notifications?unread=true')).json();
		return items.filter((n: { patient?: { name: string } }) => n.patient?.name === 'Ben Weber').length;
	};
	await expect.poll(unreadOfBen).toBe(0);
	const { unread: left } = await (await api(tom, 'GET', '/notifications')).json();
	await expect.poll(() => unread(tom)).toBe(left);
	await rail(tom, 'Archived');
	await expect(tom.getByRole('heading', { name: 'Archived' })).toBeVisible();
	const before = await unread(tom);
	const doctorsBefore = await unread(doctor);

	await write(ben, 'One more thing: do you sell sunscreen?');
	await expect.poll(() => unread(tom)).toBe(before + 1);
	await expect.poll(() => unread(tab)).toBe(before + 1);
	await expect.poll(() => tom.title()).toContain(`(${before + 1})`);
	await expect(tom.locator('.toasts').getByText('New message from Ben Weber')).toBeVisible();
	expect(await unread(doctor)).toBe(doctorsBefore);

	await bell(tom).click();
	const panel = tom.getByRole('dialog', { name: 'Notifications' });
	await expect(panel.getByRole('link', { name: /New message from Ben Weber.*sunscreen/ })).toBeVisible();
	await tom.screenshot({ path: 'test-results/screens/notices-desk.png' });
	await panel.getByRole('link', { name: /sunscreen/ }).click();
	await expect(bubble(tom, 'do you sell sunscreen?')).toBeVisible();
	await expect.poll(() => unread(tab)).toBe(before);
	await expect.poll(() => tab.title()).not.toContain(`(${before + 1})`);
});

test('sound is played once somebody has touched the page, and can be turned off', async ({ browser }) => {
	const [tom, ben] = await Promise.all([
		person(browser, 'reception2@demo.test'),
		person(browser, 'ben@demo.test', phone)
	]);
	await tom.addInitScript(() => {
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function (at?: number) {
			const counted = window as unknown as { rang?: number };
			counted.rang = (counted.rang ?? 0) + 1;
			return start.call(this, at);
		};
	});
	const rang = () => tom.evaluate(() => (window as unknown as { rang?: number }).rang ?? 0);
	await tom.goto('/settings/notifications');
	await expect(tom.getByRole('switch', { name: /Play a sound/ })).toBeChecked();
	await tom.getByRole('button', { name: 'Test the sound' }).click();
	await expect.poll(rang).toBe(2); // a chime has two notes
	await open(ben, /Reception/);
	await write(ben, 'And aftersun?');
	await expect.poll(rang).toBe(4);

	const toggled = async () => {
		const heard = tom.waitForResponse(
			(r) => r.url().endsWith('/me/preferences') && r.request().method() === 'GET'
		);
		await tom.getByText('Play a sound').click();
		await heard; // the bell goes by what the server says
	};
	await toggled();
	await expect(tom.getByRole('switch', { name: /Play a sound/ })).not.toBeChecked();
	await write(ben, 'And a hat?');
	await expect
		.poll(async () => (await (await api(tom, 'GET', '/notifications?limit=1')).json()).items[0].excerpt)
		.toBe('And a hat?');
	await toggled(); // what the page hears of this comes after what it hears of the hat
	await expect(tom.getByRole('switch', { name: /Play a sound/ })).toBeChecked();
	expect(await rang()).toBe(4); // the hat made no sound, not even a late one
	await expect(async () => {
		await write(ben, 'Or a parasol?');
		await expect.poll(rang, { timeout: 4000 }).toBe(6);
	}).toPass(); // what comes within a second or so of a sound has none of its own
});

test('preferences are kept, and seen in another tab without a reload', async ({ browser }) => {
	const tom = await person(browser, 'reception2@demo.test');
	const tab = await tom.context().newPage();
	await Promise.all([tom.goto('/settings/notifications'), tab.goto('/settings/notifications')]);
	await expect(tab.getByRole('switch', { name: /Do not disturb me/ })).not.toBeChecked();
	await tom.getByText('Do not disturb me').click();
	await expect(tab.getByRole('switch', { name: /Do not disturb me/ })).toBeChecked();
	await tom.getByLabel('From', { exact: true }).fill('21:30');
	await expect(tab.getByLabel('From', { exact: true })).toHaveValue('21:30');
	await tom.getByLabel('To', { exact: true }).fill('21:30');
	await expect(tom.getByRole('alert')).toContainText('ends when it begins');
	await tom.getByText('Do not disturb me').click();
	await expect(tab.getByRole('switch', { name: /Do not disturb me/ })).not.toBeChecked();
});

test('a clinic that is closed answers by itself, and the patient keeps waiting', async ({ browser }) => {
	const [admin, tom, ben] = await Promise.all([
		person(browser, 'admin@demo.test'),
		person(browser, 'reception2@demo.test'),
		person(browser, 'ben@demo.test', phone)
	]);
	const before = await (await api(admin, 'GET', '/settings')).json();
	const now = new Date();
	const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
	const open_ = days[(now.getUTCDay() + 3) % 7]!;
	const closed = Object.fromEntries(
		days.map((d) => [d, d === open_ ? [{ from: '09:00', to: '10:00' }] : []])
	);
	const text = 'We are closed, and read this when we are open again.';
	try {
		const set = { hours: closed, closures: [], auto_reply: { on: true, text } };
		expect((await api(admin, 'PATCH', '/settings', set)).ok()).toBe(true);
		await Promise.all([tom.goto('/?view=all'), ben.reload()]);
		await Promise.all([open(tom, /Ben Weber/), open(ben, /Reception/)]);
		await expect(ben.getByRole('note')).toContainText('The clinic is closed until');
		await expect(ben.getByRole('note')).toContainText('Not for emergencies');
		await write(ben, 'Is anybody there at night?');
		for (const page of [tom, ben]) {
			await expect(bubble(page, text).last()).toBeVisible();
			await expect(bubble(page, text).last()).toContainText('Automatic reply');
		}
		const replies = await bubble(ben, text).count();
		await write(ben, 'Hello?');
		await expect(bubble(tom, 'Hello?')).toBeVisible();
		await write(ben, 'Nobody, then.');
		await expect(bubble(tom, 'Nobody, then.')).toBeVisible();
		expect(await bubble(tom, text).count()).toBe(replies);
		await rail(tom, 'Waiting');
		await expect(tom.locator('.list').getByRole('link', { name: /Ben Weber/ })).toBeVisible();
		await ben.screenshot({ path: 'test-results/screens/closed-portal.png' });
	} finally {
		const { hours, closures, auto_reply } = before;
		await api(admin, 'PATCH', '/settings', { hours, closures, auto_reply });
	}
});

for (const colorScheme of ['light', 'dark'] as const)
	for (const [name, size] of [
		['desk', {}],
		['phone', phone]
	] as const)
		test(`preferences and the bell, ${name}, ${colorScheme}`, async ({ browser }) => {
			const tom = await person(browser, 'reception2@demo.test', { colorScheme, ...size });
			await bell(tom).click();
			await expect(tom.getByRole('dialog', { name: 'Notifications' }).getByRole('link').nth(1)).toBeVisible();
			await accessible(tom, `notices-${name}-${colorScheme}`);
			await tom.goto('/settings/notifications');
			await expect(tom.getByRole('heading', { name: 'Sound' })).toBeVisible();
			await accessible(tom, `preferences-${name}-${colorScheme}`);
		});
