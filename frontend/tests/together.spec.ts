import type { Page } from '@playwright/test';
import { expect, test } from './clinic';
import { accessible } from './accessible';
import { bubble, open, person, phone, rail, write } from './people';

test.setTimeout(180_000); // several people, one after another

const reception = 'reception@demo.test'; // Maria Santos
const reception2 = 'reception2@demo.test'; // Tom Becker
const row = (page: Page, name: string) => page.locator('.list li', { hasText: name });
const chip = (page: Page, name: string, label: string) =>
	row(page, name).locator('[data-colour]', { hasText: label });
const header = (page: Page) => page.locator('.thread > header');
const undo = (page: Page) => page.getByRole('button', { name: 'Undo' }).last().click();

/** Everything, in the list; whom it concerns is filtered out, as the list may be long. */
async function all(page: Page, words = '', view = 'all') {
	await page.goto(`/?view=${view}${words && `&q=${words}`}`);
	await expect(page.locator('.list li').first()).toBeVisible();
}

test('labels: put on in one key, renamed and removed by an administrator, seen by all at once', async ({
	browser
}) => {
	const [rita, tom, admin] = await Promise.all([
		person(browser, reception),
		person(browser, reception2),
		person(browser, 'admin@demo.test')
	]);
	await Promise.all([all(rita, 'jakob'), all(tom, 'jakob'), admin.goto('/settings/labels')]);

	await test.step('an administrator adds one, and is told where it goes wrong', async () => {
		await admin.getByRole('button', { name: 'Add a label' }).click();
		await admin.getByLabel('Name').fill('URGENT');
		await admin.getByRole('radio', { name: 'purple' }).check({ force: true });
		await admin.getByRole('button', { name: 'Add', exact: true }).click();
		await expect(admin.getByRole('alert')).toContainText('“urgent” already');
		await admin.getByLabel('Name').fill('lungs');
		await admin.getByRole('button', { name: 'Add', exact: true }).click();
		await expect(admin.getByRole('list', { name: 'Labels' }).getByText('lungs')).toBeVisible();
	});

	await test.step('T, a few letters and Enter put it on; a colleague sees it in colour', async () => {
		await open(rita, /Jakob Nilsson/);
		await rita.keyboard.press('t');
		await rita.getByRole('combobox', { name: 'Find a label' }).fill('lun');
		await rita.keyboard.press('Enter');
		await expect(rita.getByRole('option', { name: 'lungs', selected: true })).toBeVisible();
		await rita.keyboard.press('Escape');
		await expect(header(rita).getByText('lungs')).toBeVisible();
		await expect(chip(tom, 'Jakob Nilsson', 'lungs')).toHaveAttribute('data-colour', 'purple');
	});

	await test.step('renamed, it is another name on every screen', async () => {
		await admin.getByRole('button', { name: 'Edit lungs' }).click();
		await admin.getByLabel('Name').fill('cough');
		await admin.getByRole('radio', { name: 'green' }).check({ force: true });
		await admin.getByRole('button', { name: 'Save' }).click();
		await expect(chip(tom, 'Jakob Nilsson', 'cough')).toHaveAttribute('data-colour', 'green');
		await expect(header(rita).getByText('cough')).toBeVisible();
		await expect(chip(tom, 'Jakob Nilsson', 'lungs')).toHaveCount(0);
	});

	await test.step('removed, after it was told on how many it is', async () => {
		await admin.getByRole('button', { name: 'Remove cough' }).click();
		await expect(admin.getByRole('dialog')).toContainText('It is on 1 conversation');
		await admin.getByRole('button', { name: 'Remove it' }).click();
		await expect(header(rita).getByText('cough')).toHaveCount(0);
		await expect(chip(tom, 'Jakob Nilsson', 'cough')).toHaveCount(0);
		await expect(chip(tom, 'Jakob Nilsson', 'results')).toBeVisible();
	});
});

test('a note calls a colleague; a hand-over carries one; who has it is plain', async ({ browser }) => {
	const [rita, tom, doctor] = await Promise.all([
		person(browser, reception),
		person(browser, reception2),
		person(browser, 'doctor@demo.test')
	]);
	await Promise.all([all(rita, 'jakob'), all(tom, 'jakob'), all(doctor, '', 'mine')]);
	await open(rita, /Jakob Nilsson/);

	await test.step('@ opens those who may be called, the keyboard chooses', async () => {
		await rita.keyboard.press('n');
		await rita.keyboard.type('Please call him, @cos');
		const list = rita.getByRole('listbox', { name: 'Mention a colleague' });
		await expect(list.getByRole('option', { name: /João Costa/ })).toHaveAttribute('aria-disabled', 'true');
		await expect(list).toContainText('hand it over first');
		await rita.keyboard.press('Escape');
		await expect(list).toBeHidden();
		for (let i = 0; i < 4; i++) await rita.keyboard.press('Backspace');
		await rita.keyboard.type('@t');
		await expect(list.getByRole('option', { name: /Tom Becker/ })).toHaveAttribute('aria-selected', 'true');
		await rita.keyboard.press('Enter');
		await expect(rita.getByRole('textbox', { name: 'Internal note' })).toHaveValue(/@Tom Becker $/);
		await expect(row(tom, 'Jakob Nilsson').getByText('Maria Santos is typing')).toBeVisible();
		await rita.keyboard.type('he sounds tired.');
		await rita.keyboard.press('Control+Enter');
		await expect(bubble(rita, 'he sounds tired').locator('mark')).toHaveText('@Tom Becker');
	});

	await test.step('the one who is called sees it marked as their own', async () => {
		await open(tom, /Jakob Nilsson/);
		await expect(bubble(tom, 'he sounds tired').locator('mark.me')).toHaveText('@Tom Becker');
	});

	await test.step('who writes a note is told of a colleague’s note too', async () => {
		await tom.keyboard.press('n');
		await tom.keyboard.type('I am on the');
		await write(rita, 'Never mind, I have reached him.');
		await expect(tom.getByText(/Maria Santos has left a note/)).toBeVisible();
		await tom.getByRole('button', { name: 'Got it' }).click();
		await tom.getByRole('textbox', { name: 'Internal note' }).fill('');
		await tom.keyboard.press('Escape');
	});

	await test.step('handed over with a note, in one step', async () => {
		await rita.keyboard.press('Escape');
		await rita.keyboard.press('a');
		await rita.getByRole('combobox', { name: 'To whom' }).fill('joao');
		await rita.keyboard.press('Tab');
		await rita.getByLabel('A note for them').pressSequentially('@costa');
		await rita.keyboard.press('Enter');
		await rita.keyboard.type('still coughs at night.');
		await rita.getByRole('button', { name: /Assign to Dr. João Costa with the note/ }).click();
		await expect(tom.getByRole('button', { name: 'Assign' })).toContainText('João Costa');
		await expect(row(tom, 'Jakob Nilsson')).toContainText('João Costa');
		await open(doctor, /Jakob Nilsson/);
		await expect(bubble(doctor, 'still coughs at night').locator('mark.me')).toHaveText('@Dr. João Costa');
	});

	await test.step('the doctor gives it back, with a word', async () => {
		await doctor.keyboard.press('a');
		await doctor.getByLabel('A note for them').fill('New spray is prescribed.');
		await doctor.getByRole('button', { name: 'Give back with the note' }).click();
		await expect(bubble(tom, 'New spray is prescribed.')).toBeVisible();
		await expect(tom.getByRole('button', { name: 'Assign' })).not.toContainText('João Costa');
		await expect(row(doctor, 'Jakob Nilsson')).toHaveCount(0);
	});

	await test.step('M takes it, Undo gives it back', async () => {
		await tom.keyboard.press('m');
		await expect(rita.getByRole('button', { name: 'Assign' })).toContainText('Tom Becker');
		await undo(tom);
		await expect(rita.getByRole('button', { name: 'Assign' })).not.toContainText('Tom Becker');
	});
});

test('a snoozed conversation leaves all queues, and comes back', async ({ browser }) => {
	const [rita, tom] = await Promise.all([person(browser, reception), person(browser, reception2)]);
	await Promise.all([all(rita, 'jakob'), all(tom, 'jakob')]);
	await open(rita, /Jakob Nilsson/);
	const id = new URL(rita.url()).pathname.split('/').pop();

	await test.step('for an hour, and undone', async () => {
		await rita.keyboard.press('h');
		await rita.getByRole('button', { name: /In 1 hour/ }).click();
		await expect(header(rita).getByText(/Snoozed until/)).toBeVisible();
		await expect(row(tom, 'Jakob Nilsson')).toHaveCount(0);
		await undo(rita);
		await expect(row(tom, 'Jakob Nilsson')).toBeVisible();
	});

	await test.step('until the patient answers; it waits in a queue of its own, and is brought back', async () => {
		await rita.getByRole('button', { name: 'Snooze', exact: true }).click();
		await rita.getByRole('button', { name: /Until the patient answers/ }).click();
		await expect(row(tom, 'Jakob Nilsson')).toHaveCount(0);
		await rail(tom, 'Snoozed');
		await expect(row(tom, 'Jakob Nilsson')).toContainText('until an answer');
		await open(tom, /Jakob Nilsson/);
		await tom.keyboard.press('h');
		await tom.getByRole('button', { name: /Bring it back now/ }).click();
		await expect(row(tom, 'Jakob Nilsson')).toHaveCount(0);
		await expect(row(rita, 'Jakob Nilsson')).toBeVisible();
	});

	await test.step('at its time it is at the top, without anybody doing anything', async () => {
		await all(tom);
		const until = new Date(Date.now() + 8000).toISOString();
		const answer = await rita.request.patch(`/api/v1/conversations/${id}`, {
			data: { snoozed_until: until }
		});
		expect(answer.ok()).toBe(true);
		await expect(row(tom, 'Jakob Nilsson')).toHaveCount(0);
		await expect(tom.locator('.list li').first()).toContainText('Jakob Nilsson', { timeout: 30_000 });
	});
});

test('many at once: picked with a click, Shift and X, and taken back each to where it was', async ({
	browser
}) => {
	const [rita, tom] = await Promise.all([person(browser, reception), person(browser, reception2)]);
	await Promise.all([all(rita, '', 'archived'), all(tom)]);
	const pick = (name: string) => rita.getByRole('checkbox', { name: `Pick ${name}` });
	const bar = rita.getByRole('toolbar');

	await test.step('a range with Shift, all that are loaded, none with Escape', async () => {
		const boxes = rita.getByRole('checkbox', { name: /^Pick/ });
		await rita.locator('.list li').nth(0).hover();
		await boxes.nth(0).click();
		await boxes.nth(3).click({ modifiers: ['Shift'] });
		await expect(bar.getByText('4', { exact: false }).first()).toBeVisible();
		await bar.getByRole('checkbox', { name: 'All that are loaded' }).click();
		await expect(bar.getByRole('checkbox', { name: 'All that are loaded' })).toBeChecked();
		await rita.keyboard.press('Escape');
		await expect(bar).toHaveCount(0);
	});

	await test.step('two are reopened, labelled, and seen by a colleague', async () => {
		await all(rita, '', 'archived');
		for (const name of ['Quentin Dubois', 'Rosa Lopes']) {
			await rita.getByRole('searchbox', { name: 'Filter the list' }).fill(name);
			await pick(name).check({ force: true });
		}
		await rita.getByRole('searchbox', { name: 'Filter the list' }).fill('');
		await expect(bar).toHaveAccessibleName('With 2 picked conversations');
		await bar.getByRole('button', { name: 'Label them' }).click();
		await rita.getByRole('combobox', { name: 'Find a label' }).fill('insur');
		await rita.keyboard.press('Enter');
		await expect(rita.getByRole('option', { name: 'insurance', selected: true })).toBeVisible();
		await rita.keyboard.press('Escape');
		await rita.keyboard.press('e');
		for (const name of ['Quentin Dubois', 'Rosa Lopes']) {
			await expect(row(tom, name)).toBeVisible();
			await expect(row(tom, name)).toContainText('insurance');
			await expect(row(rita, name)).toHaveCount(0);
		}
	});

	await test.step('assigned together, then each back to where it was', async () => {
		await all(rita);
		for (const name of ['Quentin Dubois', 'Rosa Lopes']) await pick(name).check({ force: true });
		await rita.keyboard.press('m');
		for (const name of ['Quentin Dubois', 'Rosa Lopes'])
			await expect(row(tom, name)).toContainText('Maria Santos');
		await undo(rita);
		for (const name of ['Quentin Dubois', 'Rosa Lopes'])
			await expect(row(tom, name)).not.toContainText('→ Maria Santos');
	});

	await test.step('one by the keyboard: X and E, and Undo', async () => {
		await open(rita, /Rosa Lopes/);
		await rita.keyboard.press('x');
		await expect(bar).toBeVisible();
		await rita.keyboard.press('e');
		await expect(row(tom, 'Rosa Lopes')).toHaveCount(0);
		await undo(rita);
		await expect(row(tom, 'Rosa Lopes')).toBeVisible();
	});

	await test.step('and left as they were found', async () => {
		for (const name of ['Quentin Dubois', 'Rosa Lopes']) await pick(name).check({ force: true });
		await expect(bar).toHaveAccessibleName('With 2 picked conversations');
		await bar.getByRole('button', { name: 'Label them' }).click();
		await rita.getByRole('combobox', { name: 'Find a label' }).fill('insur');
		await rita.keyboard.press('Enter');
		await expect(rita.getByRole('option', { name: 'insurance', selected: false })).toBeVisible();
		await rita.keyboard.press('Escape');
		await bar.getByRole('button', { name: 'Archive them' }).click();
		for (const name of ['Quentin Dubois', 'Rosa Lopes']) await expect(row(tom, name)).toHaveCount(0);
	});
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`the screens of working together, ${colorScheme}`, async ({ browser }) => {
		const page = await person(browser, 'admin@demo.test', { colorScheme });
		await page.goto('/settings/labels');
		await expect(page.getByText('prescription')).toBeVisible();
		await accessible(page, `labels-${colorScheme}`);
		await page.getByRole('button', { name: 'Edit travel' }).click();
		await accessible(page, `label-form-${colorScheme}`);
		await page.keyboard.press('Escape');
		await all(page);
		await open(page, /Jakob Nilsson/);
		await page.keyboard.press('t');
		await expect(page.getByRole('option').first()).toBeVisible();
		await accessible(page, `label-picker-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.keyboard.press('h');
		await expect(page.getByRole('button', { name: /In 1 hour/ })).toBeVisible();
		await accessible(page, `snooze-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.keyboard.press('a');
		await expect(page.getByRole('option').first()).toBeVisible();
		await accessible(page, `hand-over-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.keyboard.press('n');
		await page.keyboard.type('@');
		await expect(page.getByRole('option').first()).toBeVisible();
		await accessible(page, `mention-${colorScheme}`);
		await page.getByRole('combobox').fill('');
		await page.keyboard.press('Escape');
		await page.keyboard.press('x');
		await expect(page.getByRole('toolbar')).toBeVisible();
		await accessible(page, `picked-${colorScheme}`);
		await page.keyboard.press('Escape');
		await all(page, '', 'snoozed');
		await accessible(page, `snoozed-${colorScheme}`);
	});

	test(`working together on a phone, ${colorScheme}`, async ({ browser }) => {
		const page = await person(browser, reception, { colorScheme, ...phone });
		await all(page);
		await page.getByRole('checkbox', { name: /^Pick/ }).nth(1).tap();
		await expect(page.getByRole('toolbar')).toBeVisible();
		const target = await page.locator('.list li label').first().boundingBox();
		expect(target?.width).toBeGreaterThanOrEqual(44);
		expect(target?.height).toBeGreaterThanOrEqual(44);
		await accessible(page, `phone-picked-${colorScheme}`);
		await page.getByRole('button', { name: 'Snooze them' }).tap();
		await accessible(page, `phone-snooze-${colorScheme}`);
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Pick none' }).tap();
		await open(page, /Jakob Nilsson/);
		await accessible(page, `phone-together-${colorScheme}`);
	});
}

test('labels that cannot be loaded say so', async ({ browser }) => {
	const page = await person(browser, 'admin@demo.test');
	await page.route('**/api/v1/labels', (r) => r.fulfill({ status: 503, body: '{}' }));
	await page.goto('/settings/labels');
	await expect(page.getByRole('heading', { name: 'The labels could not be loaded' })).toBeVisible();
	await accessible(page, 'labels-failed');
	await page.unroute('**/api/v1/labels');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByText('prescription')).toBeVisible();
	await page.route('**/api/v1/labels', (r) => r.fulfill({ json: { items: [], next_cursor: null } }));
	await page.reload();
	await expect(page.getByRole('heading', { name: 'No labels yet' })).toBeVisible();
	await accessible(page, 'labels-empty');
});
