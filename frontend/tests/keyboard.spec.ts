import { expect, test } from './clinic';
import { bubble, open, person, write } from './people';

test('a whole round without the mouse', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.goto('/?view=all');
	const list = page.getByRole('region', { name: 'All conversations' });
	await expect(list.getByRole('listitem').first()).toBeVisible();

	await test.step('the list is filtered by words, and the address holds them', async () => {
		await page.keyboard.press('/');
		await page.keyboard.type('nilsson');
		await expect(list.getByRole('listitem')).toHaveCount(1);
		await expect(page).toHaveURL(/q=nilsson/);
		await page.keyboard.press('Escape');
		await expect(list.getByRole('listitem').nth(2)).toBeVisible();
	});

	await test.step('J opens the next one, N writes a note, R a reply', async () => {
		await page.keyboard.press('j');
		await expect(page.getByRole('log')).toBeVisible();
		await expect(page).toHaveURL(/\/c\/.*view=all/);
		await page.keyboard.press('n');
		await expect(page.getByRole('textbox', { name: 'Internal note' })).toBeFocused();
		await page.keyboard.press('Escape');
		await page.keyboard.press('r');
		await expect(page.getByRole('textbox', { name: /Message to/ })).toBeFocused();
		await page.keyboard.press('Escape');
	});

	await test.step('the palette finds a person without their accent, and a command', async () => {
		await page.keyboard.press('Control+k');
		await page.keyboard.type('chloe');
		await expect(page.getByRole('option', { name: /Chloé Martin/ }).first()).toBeVisible();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { name: 'Chloé Martin' }).first()).toBeVisible();
		await page.keyboard.press('Control+k');
		await page.keyboard.type('internal');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('textbox', { name: 'Internal note' })).toBeFocused();
	});
});

test('chips narrow the queue, and a reload keeps them', async ({ browser }) => {
	const page = await person(browser, 'reception@demo.test');
	await page.goto('/?view=all');
	await page.getByRole('button', { name: 'Label' }).click();
	await page.getByRole('menuitemradio', { name: 'urgent' }).click();
	const list = page.getByRole('region', { name: 'All conversations' });
	await expect(list.getByRole('listitem')).toHaveCount(1);
	await page.reload();
	await expect(list.getByRole('listitem')).toHaveCount(1);
	await expect(list.getByRole('link', { name: /Elena Rossi/ })).toBeVisible();
});

test('who writes is warned that a colleague was quicker', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await Promise.all([open(rita, /Hugo Almeida/), open(tom, /Hugo Almeida/)]);
	await rita.getByRole('textbox', { name: /Message to/ }).pressSequentially('We can move it to');
	await write(tom, 'Moved to Thursday at ten.');
	await expect(rita.getByText('has answered while you were writing')).toBeVisible();
	await rita.getByRole('button', { name: /Send anyway to Hugo Almeida/ }).click();
	await expect(bubble(tom, 'We can move it to')).toBeVisible();
	await expect(rita.getByText('has answered while you were writing')).toBeHidden();
});
