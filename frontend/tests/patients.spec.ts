import { readFileSync } from 'node:fs';
import { expect, test } from './clinic';
import { person } from './people';

// The directory, with two receptionists: what one writes the other sees at once.
test.describe.configure({ timeout: 120_000 }); // each walks through several screens

test('a patient is added, edited, opted out and invited, live for a colleague', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await rita.goto('/patients');
	await tom.goto('/patients?q=Zacharias');
	await expect(tom.getByText('Nobody is found')).toBeVisible();
	await test.step('a new one, by the number as people write it', async () => {
		await rita.getByRole('button', { name: 'New patient' }).click();
		await rita.getByLabel('Name', { exact: true }).fill('Zacharias Öberg');
		await rita.getByLabel('Phone').fill('912 345 678');
		await rita.getByLabel('Email').fill('Zacharias@demo.test');
		await rita.getByRole('button', { name: 'Add patient' }).click();
		await expect(rita.getByRole('heading', { name: 'Zacharias Öberg' })).toBeVisible();
		await expect(rita.getByText('+351912345678')).toBeVisible();
		await tom.getByRole('link', { name: /Zacharias Öberg/ }).click();
		await expect(tom.getByRole('heading', { name: 'Zacharias Öberg' })).toBeVisible();
	});
	await test.step('a wrong number is told at its field', async () => {
		await rita.getByRole('button', { name: 'Edit' }).click();
		await rita.getByLabel('Phone').fill('12');
		await rita.getByRole('button', { name: 'Save' }).click();
		await expect(rita.getByLabel('Phone')).toHaveAttribute('aria-invalid', 'true');
		await rita.getByLabel('Phone').fill('+351 912 345 679');
		await rita.getByRole('textbox', { name: 'Remarks' }).fill('Hears badly: write, do not call.');
		await rita.getByRole('button', { name: 'Save' }).click();
		await expect(tom.getByText('Hears badly: write, do not call.')).toBeVisible();
		await expect(tom.getByText('+351912345679')).toBeVisible();
	});
	await test.step('an opt-out, with who and why', async () => {
		await rita.getByLabel('Why, in a few words').fill('Said so at the desk');
		await rita.getByRole('button', { name: 'Does not want it' }).click();
		await expect(tom.getByRole('cell', { name: 'Said so at the desk' })).toBeVisible();
		await expect(tom.getByRole('cell', { name: 'Maria Santos' })).toBeVisible();
	});
	await test.step('access to the portal, with a link to hand over', async () => {
		await rita.getByRole('button', { name: 'Give access and invite' }).click();
		await expect(rita.getByLabel('Invitation link')).toHaveValue(/\/signin#/);
		await expect(tom.getByText('Invited, and has not chosen a password yet.')).toBeVisible();
	});
});

test('who is likely the same person is told first, and two records are made one', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await rita.goto('/patients');
	await rita.getByRole('button', { name: 'New patient' }).click();
	await rita.getByLabel('Name', { exact: true }).fill('Nikos Papadakis');
	await rita.getByLabel('Email').fill('nikos@demo.test');
	await rita.getByRole('button', { name: 'Add patient' }).click();
	await expect(rita.getByText('This may be somebody who is in the directory already')).toBeVisible();
	await rita.getByRole('button', { name: 'It is somebody else: add' }).click();
	await expect(rita.getByRole('button', { name: 'Merge a double' })).toBeVisible();
	const double = rita.url().split('/').pop()!;
	await tom.goto(`/patients/${double}`);
	await expect(tom.getByRole('heading', { name: 'Nikos Papadakis' })).toBeVisible();
	await rita.goto('/patients?q=Nikos');
	const records = rita.getByRole('link', { name: /Nikos Papadakis/ });
	await expect(records).toHaveCount(2);
	const own = await records.evaluateAll(
		(all, d) => all.map((a) => a.getAttribute('href')!).find((h) => !h.endsWith(d))!,
		double
	);
	await rita.goto(own);
	await rita.getByRole('button', { name: 'Merge a double' }).click();
	await rita.getByLabel('Search the double').fill('Nikos');
	await rita
		.getByRole('dialog')
		.getByRole('button', { name: /Nikos Papadakis/ })
		.click();
	await expect(rita.getByText('This cannot be undone.')).toBeVisible();
	await rita.getByRole('button', { name: 'Merge for good' }).click();
	await expect(tom.getByText('This record has become part of')).toBeVisible();
});

test('rows of a file are looked at before anything is written', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await tom.goto('/patients?q=importada');
	await expect(tom.getByText('Nobody is found')).toBeVisible();
	await rita.goto('/patients');
	await rita.getByRole('button', { name: 'Import' }).click();
	const csv =
		'\ufeffName;Date of birth;Phone\nImportada Um;1980-02-03;+351 912 000 111\nImportada Dois;1980-02-31;\n';
	await rita
		.getByLabel('CSV file')
		.setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
	await expect(rita.getByText('2 rows, 1 with problems.')).toBeVisible();
	await rita.getByRole('button', { name: 'Import 1 row' }).click();
	await expect(rita.getByText('1 added, 0 brought up to date.')).toBeVisible();
	await rita.getByLabel('Search patients').fill('importada');
	await expect(rita.getByRole('link', { name: /Importada Um/ })).toBeVisible();
	await expect(rita.getByRole('link', { name: /Importada Dois/ })).toHaveCount(0);
	await expect(tom.getByRole('link', { name: /Importada Um/ })).toBeVisible();

	const download = rita.waitForEvent('download');
	await rita.getByRole('link', { name: 'Export', exact: true }).click();
	const sheet = readFileSync(await (await download).path(), 'utf8');
	expect(sheet).toContain('Importada Um');
	expect(sheet).not.toContain('Importada Dois');
});

test('a patient who is renamed has the new name on every screen', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await tom.goto('/patients?q=Mona');
	await expect(tom.getByRole('link', { name: /Mona Haddad/ })).toBeVisible();
	await rita.goto('/patients?q=Mona');
	await rita.getByRole('link', { name: /Mona Haddad/ }).click();
	for (const name of ['Mona Haddad-Lopes', 'Mona Haddad']) {
		await rita.getByRole('button', { name: 'Edit' }).click();
		await rita.getByLabel('Name', { exact: true }).fill(name);
		await rita.getByRole('button', { name: 'Save' }).click();
		await expect(tom.getByText(name, { exact: true })).toBeVisible();
	}
});
