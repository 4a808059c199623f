import type { Page } from '@playwright/test';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { by, outside, phoneOf } from './outside';
import { bubble, open, person, phone, rail } from './people';

// A letter with a form: written, seen by a colleague, and opened by the patient.
test.describe.configure({ timeout: 180_000 });
// Hers is the last word again, as whoever comes after this finds it.
test.afterAll(() => outside('inbound', { channel: 'sms', from: 'ana', body: 'Thank you, that is all.' }));

const field = (page: Page) => page.getByRole('textbox', { name: 'Message to Ana Silva' });
const tool = (page: Page, name: string) =>
	page.getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name });

async function toAna(page: Page) {
	await rail(page, 'All');
	await open(page, /Ana Silva/);
	await by(page, 'Email');
	await expect(tool(page, 'Bold')).toBeVisible();
}

/** Bold words and a list, all by keys. */
async function compose(page: Page, first: string) {
	await field(page).click();
	await page.keyboard.type(`${first} `);
	await page.keyboard.press('Control+b');
	await expect(tool(page, 'Bold')).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.type('both');
	await page.keyboard.press('Control+b');
	await page.keyboard.type(':');
	await page.keyboard.press('Enter');
	await page.keyboard.type('- your card');
	await page.keyboard.press('Enter');
	await page.keyboard.type('the form');
}

test('a letter keeps its form from the desk to the mailbox', async ({ browser }) => {
	const [rita, tom, ana] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		phoneOf(browser, 'ana', 'email')
	]);
	const refused: string[] = [];
	rita.on('console', (said) => /Content.Security.Policy/i.test(said.text()) && refused.push(said.text()));
	await Promise.all([toAna(rita), toAna(tom)]);
	await test.step('it is written with keys, and the draft keeps its form', async () => {
		await compose(rita, 'Please bring');
		await rita.reload();
		await by(rita, 'Email');
		await expect(field(rita).locator('strong')).toHaveText('both');
		await expect(field(rita).getByRole('listitem')).toHaveText(['your card', 'the form']);
	});
	await test.step('on another channel the words go on without it', async () => {
		await by(rita, 'SMS');
		await expect(field(rita)).toHaveValue('Please bring both:\n\n- your card\n- the form');
		await by(rita, 'Email');
		await expect(field(rita).locator('strong')).toHaveText('both');
	});
	await test.step('words become a link, whose address is asked for', async () => {
		await field(rita).getByText('the form').dblclick();
		await tool(rita, 'Link').click();
		const address = rita.getByRole('textbox', { name: 'Where the link leads' });
		await address.fill('javascript:alert(1)');
		await address.press('Enter');
		await expect(rita.getByText('That is no address')).toBeVisible();
		await address.fill('clinic.test/form');
		await address.press('Enter');
		await expect(field(rita).getByRole('link')).toHaveAttribute('href', 'https://clinic.test/form');
	});
	await test.step('a template is put in by a slash, and braces keep the letter here', async () => {
		await rita.keyboard.press('Control+End');
		await rita.keyboard.press('Enter');
		await rita.keyboard.press('Enter'); // out of the list
		await rita.keyboard.type('/');
		await rita.getByRole('combobox', { name: 'Find a template' }).press('Escape');
		await rita.keyboard.press('Backspace');
		await rita.keyboard.type('{{when}}');
		await expect(rita.getByText('Fill in {{when}} first.')).toBeVisible();
		await expect(rita.getByRole('button', { name: /Send to Ana Silva/ })).toBeDisabled();
		for (let i = 0; i < '{{when}}'.length; i++) await rita.keyboard.press('Backspace');
		await rita.keyboard.type('See you soon.');
	});
	await test.step('a colleague and the patient see it as it was written', async () => {
		await rita.keyboard.press('Control+Enter');
		for (const page of [rita, tom]) {
			const sent = bubble(page, 'Please bring');
			await expect(sent.locator('strong', { hasText: 'both' })).toBeVisible();
			await expect(sent.locator('ul li')).toHaveText(['your card', 'the form']);
			await expect(sent.getByRole('link')).toHaveAttribute('href', 'https://clinic.test/form');
			await expect(sent.getByText(/Sent by email/)).toBeAttached();
		}
		const letter = ana.locator('#thread article').filter({ hasText: 'Please bring' });
		await expect(letter.locator('strong', { hasText: 'both' })).toBeVisible();
		await expect(letter.locator('li')).toHaveText(['your card', 'the form']);
		await ana.screenshot({ path: 'test-results/screens/letter-mailbox.png' });
	});
	await test.step('what was sent waits nowhere else, and does not come back', async () => {
		await expect(field(rita)).toHaveText('');
		await rita.keyboard.press('Control+z');
		await expect(field(rita)).toHaveText('');
		await by(rita, 'SMS');
		await expect(field(rita)).toHaveValue('');
	});
	expect(refused).toEqual([]);
});

test('a letter waits for its time with its form', async ({ browser }) => {
	const rita = await person(browser, 'reception@demo.test');
	await toAna(rita);
	await compose(rita, 'Tomorrow bring');
	await rita.getByRole('button', { name: 'Send later' }).click();
	await rita
		.getByRole('menuitem', { name: /Tomorrow/ })
		.first()
		.click();
	const item = rita.locator('.item').filter({ hasText: 'Tomorrow bring' });
	await expect(item.locator('strong', { hasText: 'both' })).toBeVisible();
	await expect(field(rita)).toHaveText('');
	await item.getByRole('button', { name: 'Edit' }).click();
	const dialog = rita.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'Message' }).click();
	await rita.keyboard.press('Control+End');
	await rita.keyboard.type(' and cash');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(item.locator('li')).toHaveText(['your card', 'the form and cash']);
	await item.getByRole('button', { name: 'Send now' }).click();
	await expect(bubble(rita, 'Tomorrow bring').locator('strong', { hasText: 'both' })).toBeVisible();
});

test('where the field for letters cannot be loaded, the plain one does', async ({ browser }) => {
	const rita = await person(browser, 'reception@demo.test');
	await rita.route(/RichText.*\.js/, (route) => route.abort());
	await rail(rita, 'All');
	await open(rita, /Ana Silva/);
	await by(rita, 'Email');
	await field(rita).fill('Plain words do as well.');
	await rita.keyboard.press('Control+Enter');
	await expect(bubble(rita, 'Plain words do as well.')).toBeVisible();
	await expect(tool(rita, 'Bold')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`what a letter looks like, ${colorScheme}`, async ({ browser }) => {
		const desk = await person(browser, 'reception@demo.test', { colorScheme });
		await toAna(desk);
		await compose(desk, 'Please bring');
		await accessible(desk, `letter-${colorScheme}`);
		await test.step('the bar is reached and left with keys', async () => {
			await desk.keyboard.press('Alt+F10');
			await expect(tool(desk, 'Bold')).toBeFocused();
			await desk.keyboard.press('ArrowLeft');
			await expect(tool(desk, 'Link')).toBeFocused();
			await desk.keyboard.press('Enter');
			await accessible(desk, `letter-link-${colorScheme}`);
			await desk.keyboard.press('Escape');
			await expect(field(desk)).toBeFocused();
		});
		const small = await person(browser, 'reception@demo.test', { ...phone, colorScheme });
		await rail(small, 'All'); // she has been answered
		await open(small, /Ana Silva/);
		await by(small, 'Email');
		await expect(tool(small, 'Bold')).toBeVisible();
		await field(small).fill('Please bring your card.');
		await accessible(small, `phone-letter-${colorScheme}`);
	});
}
