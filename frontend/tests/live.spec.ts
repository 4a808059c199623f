import type { Page } from '@playwright/test';
import { expect, test } from './clinic';
import { bubble, open, person, phone, rail, write } from './people';

// Reception, a second receptionist, a doctor and the patient, each in a browser of their own,
// open at once: what one does, the others see without doing anything.
test('one conversation, live for everybody it concerns', async ({ browser }) => {
	const [rita, tom, doctor, ana] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		person(browser, 'doctor@demo.test'),
		person(browser, 'ana@demo.test', phone)
	]);
	await Promise.all([open(rita, /Ana Silva/), open(tom, /Ana Silva/), open(ana, /Reception/)]);
	const everybody = [rita, tom, ana];
	const sees = (pages: Page[], text: string) =>
		Promise.all(pages.map((p) => expect(bubble(p, text)).toBeVisible()));

	await test.step('the patient writes, staff see it, and she sees that it was read', async () => {
		await write(ana, 'Is the pharmacy open on Saturday?');
		await sees(everybody, 'Is the pharmacy open on Saturday?');
		await expect(bubble(ana, 'Is the pharmacy open').getByText('Read', { exact: true })).toBeAttached();
	});

	await test.step('typing and looking are seen', async () => {
		await expect(tom.getByText(/Maria Santos looking at this too/)).toBeAttached();
		await rita.getByRole('textbox', { name: 'Message to Ana Silva' }).pressSequentially('Until one');
		await expect(tom.getByRole('log').getByText('Maria Santos is typing')).toBeVisible();
		await expect(ana.getByRole('log').getByText('Maria Santos is typing')).toBeVisible();
	});

	await test.step('reception replies: she sees it, and what it answers is answered', async () => {
		await write(rita, 'Until one o’clock.');
		await sees(everybody, 'Until one o’clock.');
		await expect(bubble(tom, 'Is the pharmacy open').getByText(/answered/)).toBeAttached();
		await expect(bubble(rita, 'Until one').getByText(/Read by Ana Silva/)).toBeAttached();
	});

	await test.step('a star is the clinic’s, and not the patient’s', async () => {
		await bubble(rita, 'Is the pharmacy open').hover();
		await bubble(rita, 'Is the pharmacy open').getByRole('button', { name: 'Star' }).click();
		await expect(bubble(tom, 'Is the pharmacy open').getByRole('button', { pressed: true })).toBeVisible();
		await expect(bubble(ana, 'Is the pharmacy open').getByRole('button', { pressed: true })).toHaveCount(0);
		await bubble(ana, 'Until one').getByRole('button', { name: 'Star' }).click();
		await expect(bubble(ana, 'Until one').getByRole('button', { pressed: true })).toBeVisible();
		await expect(bubble(rita, 'Until one').getByRole('button', { pressed: true })).toHaveCount(0);
	});

	await test.step('a note stays among staff', async () => {
		await rita.getByRole('button', { name: 'Internal note' }).click();
		await write(rita, 'She sounds worried.');
		await sees([rita, tom], 'She sounds worried.');
		await rita.getByRole('button', { name: 'Reply' }).click();
	});

	await test.step('handed to the doctor, who sees it at once and answers', async () => {
		await rail(doctor, 'Mine');
		await expect(doctor.locator('.list').getByText('Ana Silva').first()).toBeVisible(); // the doctor's own with her
		await rita.getByRole('button', { name: 'Assign' }).click();
		await rita.getByRole('menuitemradio', { name: /João Costa/ }).click();
		await expect(tom.getByRole('button', { name: 'Assign' })).toContainText('João Costa');
		const handed = doctor.getByRole('link', { name: /Until one o’clock|She sounds worried/ });
		await handed.click();
		await sees([doctor], 'She sounds worried.');
		await write(doctor, 'You may take both, two hours apart.');
		await sees([...everybody, doctor], 'You may take both, two hours apart.');
	});

	await rita.screenshot({ path: 'test-results/rita.png' });
	await test.step('taken back, it is gone for the doctor', async () => {
		await rita.getByRole('button', { name: 'Assign' }).click();
		await rita.getByRole('menuitemradio', { name: /Nobody/ }).click();
		await expect(bubble(doctor, 'You may take both')).toHaveCount(0);
	});

	await test.step('archived and reopened, with a way back', async () => {
		await rita.getByRole('button', { name: 'Archive', exact: true }).click();
		await expect(tom.getByRole('button', { name: 'Reopen' })).toBeVisible();
		await rita.getByRole('button', { name: 'Undo' }).last().click();
		await expect(tom.getByRole('button', { name: 'Archive', exact: true })).toBeVisible();
	});

	await test.step('the patient never saw the note', async () => {
		await ana.reload();
		await sees([ana], 'You may take both');
		await expect(ana.getByText('She sounds worried.')).toHaveCount(0);
	});
});

test('what is written without a line is kept, and sent once', async ({ browser }) => {
	const [ben, rita] = await Promise.all([
		person(browser, 'ben@demo.test'),
		person(browser, 'reception@demo.test')
	]);
	await Promise.all([open(ben, /Reception/), open(rita, /Ben Weber/)]);
	await ben.context().setOffline(true);
	await write(ben, 'Written in a tunnel');
	await expect(bubble(ben, 'Written in a tunnel').getByText('Sending')).toBeAttached();
	await expect(ben.getByText(/Reconnecting/)).toBeVisible();
	await ben.context().setOffline(false);
	await expect(bubble(rita, 'Written in a tunnel')).toHaveCount(1);
	await expect(ben.getByText(/Reconnecting/)).toBeHidden();
	await ben.reload();
	await expect(bubble(ben, 'Written in a tunnel')).toHaveCount(1);
	await expect(bubble(ben, 'Written in a tunnel').getByText('Sending')).toHaveCount(0);
});

test('a conversation that is begun appears at once', async ({ browser }) => {
	const [admin, doctor] = await Promise.all([
		person(browser, 'admin@demo.test'),
		person(browser, 'doctor2@demo.test')
	]);
	await rail(doctor, 'Mine');
	await admin.keyboard.press('c');
	await admin.getByRole('searchbox', { name: 'Search by name' }).fill('Astrid');
	await admin.getByRole('button', { name: /Astrid Lindqvist/ }).click();
	await admin.getByRole('textbox', { name: 'Message' }).fill('Could you cover Friday?');
	await admin.getByRole('button', { name: /Send to/ }).click();
	await expect(bubble(admin, 'Could you cover Friday?')).toBeVisible();
	await open(doctor, /Helena Duarte/);
	await write(doctor, 'Gladly.');
	await expect(bubble(admin, 'Gladly.')).toBeVisible();
});

test('who may not use the messages finds a page that says so', async ({ browser }) => {
	const nobody = await person(browser, 'nohub@demo.test');
	await expect(nobody.getByRole('heading', { name: 'You have no access to messages' })).toBeVisible();
	await nobody.getByRole('button', { name: 'Sign out' }).click();
	await expect(nobody.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('signing in: a wrong password is told, and a deep link is come back to', async ({ page }) => {
	await page.goto('/?view=all');
	await expect(page).toHaveURL(/signin\?next=/);
	await page.getByLabel('Email').fill('reception@demo.test');
	await page.getByLabel('Password').fill('wrong');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toContainText('do not match');
	await page.getByLabel('Password').fill('frontdesk-demo');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page).toHaveURL(/view=all/);
	await expect(page.getByRole('heading', { name: 'All' })).toBeVisible();
});
