import type { Page } from '@playwright/test';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { bubble, open, person, phone, rail, write } from './people';

test.describe.configure({ timeout: 150_000 });

const card = (page: Page, text: string) =>
	page.getByRole('log').getByRole('listitem').filter({ hasText: text });

async function two(browser: Parameters<typeof person>[0], name: string) {
	const [maria, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	for (const page of [maria, tom]) {
		await expect(page.locator('.list').getByRole('link').first()).toBeVisible();
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill(name);
		await page
			.getByRole('option', { name: new RegExp(`^${name}`) })
			.first()
			.click();
		await expect(page.getByRole('log')).toBeVisible();
	}
	return [maria, tom] as const;
}

test('a call is timed, logged, seen by a colleague at once, and set right', async ({ browser }) => {
	const [maria, tom] = await two(browser, 'Frank Hoffmann');
	const form = maria.getByRole('form', { name: 'Log a call' });

	await test.step('the timer runs on through a reload and elsewhere, and leads back', async () => {
		await maria.keyboard.press('l');
		await expect(form.getByLabel('Summary')).toBeFocused();
		await form.getByLabel('Summary').fill('He asks whether he may');
		await form.getByRole('button', { name: 'Start the timer' }).click();
		await expect(form.getByRole('timer')).toHaveText(/0:0[1-9]/);
		await maria.goto('/settings/templates');
		const pill = maria.getByRole('button', { name: /A call is being timed.*Frank Hoffmann/ });
		await expect(pill).toBeVisible();
		await pill.click();
		await expect(form.getByLabel('Summary')).toHaveValue('He asks whether he may');
		await form.getByRole('button', { name: 'Stop the timer' }).click();
		await expect(pill).toBeHidden();
		await expect(form.getByLabel('Seconds')).not.toHaveValue('');
	});

	await test.step('what is missing or impossible is said before it is sent', async () => {
		await form.getByLabel('Summary').fill(' ');
		await form.getByLabel('Date').fill('2099-01-01');
		await form.getByRole('button', { name: 'Log call' }).click();
		await expect(form.getByRole('alert')).toContainText('in the future');
		await form.getByLabel('Date').fill(new Date().toISOString().slice(0, 10));
		await form.getByLabel('Time').fill('00:01');
		await expect(form.getByRole('alert')).toContainText('in a few words');
	});

	await test.step('logged, the colleague sees it', async () => {
		await form.getByLabel('Minutes').fill('4');
		await form.getByLabel('Seconds').fill('30');
		await form.getByText('They called').click();
		await form.getByLabel('Summary').fill('He asks whether he may travel to Madeira.');
		await maria.keyboard.press('Control+Enter');
		await expect(form).toBeHidden();
		for (const page of [maria, tom]) {
			await expect(card(page, 'travel to Madeira')).toContainText('Incoming call');
			await expect(card(page, 'travel to Madeira')).toContainText('4 min 30 s');
		}
		await rail(tom, 'Archived'); // a call reopens nothing
		await expect(tom.locator('.list').getByText(/travel to Madeira/)).toBeVisible();
		await open(tom, /Frank Hoffmann/);
	});

	await test.step('edited, with what it said before', async () => {
		await expect(card(tom, 'travel to Madeira').getByRole('button', { name: 'Edit this call' })).toHaveCount(
			0
		);
		await card(maria, 'travel to Madeira').hover();
		await card(maria, 'travel to Madeira').getByRole('button', { name: 'Edit this call' }).click();
		const dialog = maria.getByRole('dialog', { name: 'Edit the call' });
		await dialog.getByLabel('Summary').fill('He asks whether he may fly to the Azores.');
		await dialog.getByText('Voicemail').click();
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(card(tom, 'fly to the Azores')).toContainText('Voicemail');
		await card(tom, 'fly to the Azores').getByRole('button', { name: 'edited' }).click();
		await expect(tom.getByRole('dialog', { name: 'Earlier versions' })).toContainText('travel to Madeira');
		await tom.keyboard.press('Escape');
	});
});

test('a call in a patient’s thread is nothing to the patient', async ({ browser }) => {
	const [tom, chloe] = await Promise.all([
		person(browser, 'reception2@demo.test'),
		person(browser, 'chloe@demo.test', phone)
	]);
	await open(tom, /Chloé Martin/);
	const said = chloe.getByRole('listitem').filter({ hasText: 'Reception' }).first().locator('.preview');
	const before = (await said.textContent())!;
	await tom.getByRole('button', { name: 'Log call' }).first().click();
	const form = tom.getByRole('form', { name: 'Log a call' });
	await form.getByLabel('Summary').fill('She forgot which vaccine it is.');
	await form.getByRole('button', { name: 'Log call' }).click();
	await expect(card(tom, 'forgot which vaccine')).toBeVisible();
	await expect(card(tom, 'Emma’s father calls')).toBeVisible(); // of the demo, weeks ago
	await expect(said).toHaveText(before);
	await open(chloe, /Reception/);
	await expect(bubble(chloe, 'proud of her plaster')).toBeVisible();
	await expect(chloe.getByText(/forgot which vaccine|father calls/)).toHaveCount(0);
});

test('templates: made in the settings, put in by a slash, never sent with a brace', async ({ browser }) => {
	const [maria, tom] = await two(browser, 'Olivia Brown');
	const box = (page: Page) => page.getByRole('dialog', { name: 'Templates' });
	const field = maria.getByRole('textbox', { name: /Message to Olivia Brown/ });

	await test.step('a colleague makes one while the box is open here', async () => {
		await field.pressSequentially('/');
		await expect(box(maria).getByRole('option', { name: /Opening hours/ })).toBeVisible();
		await tom.goto('/settings/templates');
		await tom.getByRole('button', { name: 'New template' }).click();
		const dialog = tom.getByRole('dialog', { name: 'New template' });
		await dialog.getByLabel('Name').fill('Parking');
		await dialog.getByLabel('Shortcut').fill('parking');
		await dialog.getByLabel('Text').fill('Dear {{patient.nme}}, ');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(dialog.getByRole('alert')).toContainText('{{patient.nme}} (line 1, character 6)');
		await dialog.getByLabel('Text').fill('Dear ');
		await dialog.getByRole('button', { name: 'patient.first_name' }).click();
		await dialog.getByLabel('Text').press('End');
		await dialog.getByLabel('Text').pressSequentially(', you can park at {{place}}. Yours, {{me.name}}');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(
			tom.getByRole('region', { name: 'Shared by everybody' }).getByText('Parking', { exact: true })
		).toBeVisible();
		await expect(box(maria).getByRole('option', { name: /Parking/ })).toBeVisible();
	});

	await test.step('arrows and Enter choose, what is missing is asked for', async () => {
		const find = box(maria).getByRole('combobox');
		await find.fill('park');
		await expect(box(maria).getByRole('option')).toHaveCount(1);
		await find.press('Enter');
		const dialog = maria.getByRole('dialog', { name: 'Parking' });
		await expect(dialog.getByText(/Dear Olivia/)).toBeVisible();
		await expect(dialog.getByRole('button', { name: 'Insert' })).toBeDisabled();
		await dialog.getByLabel('place').fill('the harbour');
		await dialog.getByLabel('place').press('Enter');
		await expect(field).toHaveValue('Dear Olivia, you can park at the harbour. Yours, Maria Santos');
		await expect(bubble(maria, 'park at the harbour')).toHaveCount(0); // put in, not sent
	});

	await test.step('a brace that is left stops the sending, with its name', async () => {
		await field.fill('See you at {{time of visit}}');
		await expect(maria.getByText('Fill in {{time of visit}} first.')).toBeVisible();
		await expect(maria.getByRole('button', { name: /Send to Olivia/ })).toBeDisabled();
		await maria.keyboard.press('Control+Enter');
		await expect(field).toHaveValue('See you at {{time of visit}}');
		await expect(bubble(maria, 'See you at')).toHaveCount(0);
		await field.fill('Dear Olivia, you can park at the harbour.');
		await maria.keyboard.press('Control+Enter');
		await expect(bubble(maria, 'park at the harbour')).toBeVisible();
	});

	await test.step('Escape and a space leave what was typed', async () => {
		await field.pressSequentially('yes /');
		await expect(box(maria).getByRole('combobox')).toBeFocused();
		await maria.keyboard.type('par');
		await maria.keyboard.press('Escape');
		await expect(field).toHaveValue('yes /par');
		await field.fill('');
		await field.pressSequentially('he / she and 24/7');
		await expect(field).toHaveValue('he / she and 24/7');
		await field.fill('');
	});

	await test.step('edited and removed, with a way back', async () => {
		await tom.getByRole('button', { name: 'Edit Parking' }).click();
		const dialog = tom.getByRole('dialog', { name: 'Edit the template' });
		await dialog.getByLabel('Shortcut').fill('hours');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(dialog.getByRole('alert')).toContainText('Another template has this shortcut');
		await dialog.getByLabel('Shortcut').fill('park');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await tom.getByRole('button', { name: 'Remove Parking' }).click();
		await expect(tom.getByRole('button', { name: 'Edit Parking' })).toHaveCount(0);
		await tom.getByRole('button', { name: 'Undo' }).click();
		await expect(tom.getByRole('button', { name: 'Edit Parking' })).toBeVisible();
		await tom.getByRole('button', { name: 'Remove Parking' }).click();
	});

	await test.step('a doctor keeps own ones, and uses the shared', async () => {
		const doctor = await person(browser, 'doctor@demo.test');
		await doctor.goto('/settings/templates');
		await expect(
			doctor.getByRole('region', { name: 'My own' }).getByText('Everything within range')
		).toBeVisible();
		await expect(doctor.getByRole('button', { name: 'Edit Opening hours' })).toHaveCount(0);
		await expect(tom.getByText('Everything within range')).toHaveCount(0);
	});
});

// Beside everything else on the page this one hangs; each of its steps is to be looked at anew.
test('sent later: seen by colleagues alone, changed, cancelled, sent', async ({ browser }) => {
	const [maria, tom] = await two(browser, 'Pedro Gomes');
	const field = maria.getByRole('textbox', { name: /Message to Pedro Gomes/ });
	const upcoming = (page: Page) =>
		page.getByRole('list', { name: 'Scheduled messages' }).getByRole('listitem');
	const later = async (choice: string | RegExp) => {
		await maria.getByRole('button', { name: 'Send later' }).click();
		await maria.getByRole('menuitem', { name: choice }).click();
	};

	await test.step('tomorrow at nine, by the clinic’s clock, with a way back', async () => {
		await field.fill('Your appointment is tomorrow.');
		await later(/Tomorrow, 9:00.*Lisbon time/);
		await expect(field).toHaveValue('');
		for (const page of [maria, tom])
			await expect(upcoming(page)).toContainText('Your appointment is tomorrow.');
		await maria.getByRole('button', { name: 'Undo' }).click();
		await expect(upcoming(tom)).toHaveCount(0);
		await expect(field).toHaveValue('Your appointment is tomorrow.');
	});

	await test.step('a time of one’s own; the past is refused', async () => {
		await later('Pick a date and time…');
		const dialog = maria.getByRole('dialog', { name: 'Send later' });
		await dialog.getByLabel('Date').fill('2020-01-01');
		await expect(dialog.getByRole('alert')).toContainText('at least a minute ahead');
		const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
		await dialog.getByLabel('Date').fill(day);
		await dialog.getByLabel('Time').fill('10:15');
		await dialog.getByRole('button', { name: /Send .*10:15/ }).click();
		await expect(upcoming(tom)).toContainText('10:15');
		await expect(upcoming(tom)).toContainText('by Maria Santos');
	});

	await test.step('the author changes the words, a colleague the time', async () => {
		await upcoming(maria).getByRole('button', { name: 'Edit' }).click();
		const words = maria.getByRole('dialog', { name: 'Edit the scheduled message' });
		await words.getByLabel('Message').fill('Your appointment is on Friday.');
		await words.getByRole('button', { name: 'Save' }).click();
		await expect(upcoming(tom)).toContainText('on Friday');
		await upcoming(tom).getByRole('button', { name: 'Change the time' }).click();
		const time = tom.getByRole('dialog', { name: 'Change the time' });
		await time.getByLabel('Time').fill('11:45');
		await time.getByRole('button', { name: 'Save' }).click();
		await expect(upcoming(maria)).toContainText('11:45');
	});

	await test.step('all that waits stands in one list, from everywhere', async () => {
		await tom.keyboard.press('Control+k');
		await tom.keyboard.type('scheduled');
		await tom.keyboard.press('Enter');
		const list = tom.getByRole('dialog', { name: 'Scheduled messages' });
		await expect(list.getByRole('listitem').filter({ hasText: 'Pedro Gomes' })).toContainText('on Friday');
		await expect(list.getByRole('listitem').filter({ hasText: 'Greta Meyer' })).toBeVisible();
		await tom.keyboard.press('Escape');
	});

	await test.step('sent now, by a colleague, under its author’s name', async () => {
		await upcoming(tom).getByRole('button', { name: 'Send now' }).click();
		await expect(upcoming(maria)).toHaveCount(0);
		await expect(bubble(maria, 'on Friday')).toContainText('You');
		await expect(bubble(tom, 'on Friday')).toContainText('Maria Santos');
	});
});

test('at its time a message goes out by itself, once', async ({ browser }) => {
	const [tom, chloe] = await Promise.all([
		person(browser, 'reception2@demo.test'),
		person(browser, 'chloe@demo.test', phone)
	]);
	await Promise.all([open(tom, /Chloé Martin/), open(chloe, /Reception/)]);
	const { id } = await tom.evaluate(async () => {
		const conversation = location.pathname.split('/').at(-1);
		const at = new Date(Date.now() + 61_000).toISOString();
		const hex = crypto.randomUUID();
		const answer = await fetch(`/api/v1/conversations/${conversation}/messages`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				id: hex,
				channel: 'portal',
				body: 'This was written a minute ago.',
				scheduled_at: at
			})
		});
		return answer.json();
	});
	expect(id).toBeTruthy();
	await expect(tom.getByRole('list', { name: 'Scheduled messages' })).toContainText('a minute ago');
	await expect(chloe.getByText('This was written a minute ago.')).toHaveCount(0);
	await expect(bubble(chloe, 'This was written a minute ago.')).toBeVisible({ timeout: 90_000 });
	await expect(bubble(tom, 'This was written a minute ago.')).toHaveCount(1);
	await expect(tom.getByRole('list', { name: 'Scheduled messages' })).toHaveCount(0);
	await chloe.reload();
	await expect(bubble(chloe, 'This was written a minute ago.')).toHaveCount(1);
});

test('what waits is kept from the patient’s page, and a reply still goes', async ({ browser }) => {
	const chloe = await person(browser, 'chloe@demo.test', phone);
	await open(chloe, /Reception/);
	await expect(chloe.getByRole('button', { name: /template|later/i })).toHaveCount(0);
	await write(chloe, 'Thank you / merci');
	await expect(bubble(chloe, 'Thank you / merci')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`what calls, templates and schedules look like, ${colorScheme}`, async ({ browser }) => {
		const desk = await person(browser, 'reception@demo.test', { colorScheme });
		await open(desk, /Elena Rossi/);
		await desk.getByRole('button', { name: 'Log call' }).first().click();
		await expect(desk.getByRole('form', { name: 'Log a call' })).toBeVisible();
		await accessible(desk, `call-form-${colorScheme}`);
		await desk.getByRole('button', { name: 'Reply', exact: true }).click();
		await desk.getByRole('button', { name: 'Insert a template' }).click();
		await expect(desk.getByRole('option').first()).toBeVisible();
		await accessible(desk, `template-box-${colorScheme}`);
		await desk.getByRole('combobox', { name: 'Find a template' }).press('Escape');
		await desk.getByRole('textbox', { name: /Message to/ }).fill('Later');
		await desk.getByRole('button', { name: 'Send later' }).click();
		await accessible(desk, `send-later-${colorScheme}`);
		await desk.getByRole('menuitem', { name: 'Pick a date and time…' }).click();
		await accessible(desk, `pick-time-${colorScheme}`);
		await desk.keyboard.press('Escape');
		await desk.getByRole('textbox', { name: /Message to/ }).fill('');
		await desk.goto('/settings/templates');
		await expect(desk.getByText('Opening hours')).toBeVisible();
		await accessible(desk, `templates-${colorScheme}`);
		await desk.getByRole('button', { name: 'New template' }).click();
		await accessible(desk, `template-edit-${colorScheme}`);

		const small = await person(browser, 'reception2@demo.test', { colorScheme, ...phone });
		await small.goto('/?view=all');
		await open(small, /Greta Meyer/);
		await expect(small.getByRole('list', { name: 'Scheduled messages' })).toBeVisible();
		await expect(small.getByRole('button', { name: 'Look at Blood count.pdf' })).toBeVisible();
		await accessible(small, `phone-upcoming-${colorScheme}`);
		await small.getByRole('button', { name: 'Edit' }).click();
		await expect(small.getByRole('list', { name: 'Attached files' })).toContainText('Blood count.pdf');
		await accessible(small, `phone-edit-scheduled-${colorScheme}`);
		await small.getByRole('button', { name: 'Back', exact: true }).click();
		await small.getByRole('button', { name: 'Log call' }).first().click();
		await expect(small.getByRole('form', { name: 'Log a call' })).toBeVisible();
		await accessible(small, `phone-call-form-${colorScheme}`);
		await small.goto('/settings/templates');
		await expect(small.getByText('Opening hours')).toBeVisible();
		await accessible(small, `phone-templates-${colorScheme}`);
	});
}
