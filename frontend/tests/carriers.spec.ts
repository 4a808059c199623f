import type { Page } from '@playwright/test';
import { uuid } from '../src/lib/uuid';
import { expect, test } from './clinic';
import { answer, by, outside, phoneOf } from './outside';
import { bubble, open, person, rail, write } from './people';

// Messages really leave and really come in: the local carrier is the other side.
test.describe.configure({ timeout: 180_000 });
test.afterEach(() => outside('faults', {}));
// Hers is the last word again, as whoever comes after this finds it.
test.afterAll(() => outside('inbound', { channel: 'sms', from: 'ana', body: 'Thank you, that is all.' }));

/** Opens a conversation, whoever had its last word. */
async function find(page: Page, name: RegExp) {
	await rail(page, 'All');
	await open(page, name);
}

test('an SMS goes out and is answered, live for everybody at the desk', async ({ browser }) => {
	const [rita, tom, ana] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		phoneOf(browser, 'ana', 'sms')
	]);
	await Promise.all([find(rita, /Ana Silva/), find(tom, /Ana Silva/)]);
	await test.step('it is counted as it is written', async () => {
		await by(rita, 'SMS');
		const field = rita.getByRole('textbox', { name: 'Message to Ana Silva' });
		await field.fill('a'.repeat(161));
		await expect(rita.getByText('2 texts')).toBeVisible();
		await field.fill('São');
		await expect(rita.getByText('Unicode because of “ã”')).toBeVisible();
	});
	await test.step('her phone shows it, and the ticks move', async () => {
		await write(rita, 'Your prescription is ready.');
		await expect(ana.locator('#thread').getByText('Your prescription is ready.')).toBeVisible();
		for (const page of [rita, tom])
			await expect(
				bubble(page, 'Your prescription is ready.').getByText(/Delivered by SMS.*to \+351910010007/)
			).toBeAttached();
	});
	await test.step('her answer is there at once', async () => {
		await answer(ana, 'I will come at five.');
		for (const page of [rita, tom]) await expect(bubble(page, 'I will come at five.')).toBeVisible();
		await expect(bubble(rita, 'Your prescription is ready.').getByText(/answered/)).toBeAttached();
	});
});

test('WhatsApp shows that it was read, and takes only a template once its window is closed', async ({
	browser
}) => {
	const rita = await person(browser, 'reception@demo.test');
	await test.step('to whom has not written there goes a template', async () => {
		await find(rita, /Ana Silva/);
		await by(rita, 'WhatsApp');
		await expect(rita.getByText(/takes free text only within 24 hours/)).toBeVisible();
		await expect(rita.getByRole('textbox', { name: 'Message to Ana Silva' })).toHaveCount(0);
		await rita.getByLabel('Template', { exact: true }).selectOption('appointment_reminder en_US');
	});
	await test.step('filled in, it is seen before it goes', async () => {
		await rita.getByLabel('Field 1').fill('Ana');
		await rita.getByLabel('Field 2').fill('Monday at ten');
		const text = 'Hello Ana, this is a reminder of your appointment at Monday at ten.';
		await expect(rita.getByRole('note', { name: 'Preview' })).toHaveText(text);
		await rita.getByRole('button', { name: /Send template to Ana Silva/ }).click();
		const ana = await phoneOf(browser, 'ana', 'whatsapp');
		await expect(ana.locator('#thread').getByText(text)).toBeVisible();
		await expect(bubble(rita, text).getByText(/Read on WhatsApp/)).toBeAttached();
	});
	await test.step('once the patient writes, free text goes, and the time left is told', async () => {
		await outside('inbound', {
			channel: 'whatsapp',
			via: 'meta',
			from: 'xavier',
			body: 'May I come earlier?'
		});
		await find(rita, /Xavier Moreau/);
		await expect(bubble(rita, 'May I come earlier?')).toBeVisible();
		await by(rita, 'WhatsApp');
		await expect(rita.getByText(/free text for another 2[34] h/)).toBeVisible();
		await write(rita, 'Half past nine is free.');
		await expect(bubble(rita, 'Half past nine is free.').getByText(/Delivered on WhatsApp/)).toBeAttached();
		const xavier = await phoneOf(browser, 'xavier', 'whatsapp');
		await expect(xavier.locator('#thread').getByText('Half past nine is free.')).toBeVisible();
		await expect(bubble(rita, 'Half past nine is free.').getByText(/Read on WhatsApp/)).toBeAttached();
	});
});

test('a letter goes out, its answer finds the conversation, and all of it can be seen', async ({
	browser
}) => {
	const [rita, ana] = await Promise.all([
		person(browser, 'reception@demo.test'),
		phoneOf(browser, 'ana', 'email')
	]);
	await find(rita, /Ana Silva/);
	await by(rita, 'Email');
	await rita.getByRole('textbox', { name: 'Subject' }).fill('Your blood test');
	await write(rita, 'Please come with an empty stomach.');
	await expect(bubble(rita, 'empty stomach').getByText(/Sent by email.*ana@demo\.test/)).toBeAttached();
	await expect(rita.getByRole('textbox', { name: 'Subject' })).toHaveValue('');
	await expect(ana.locator('#thread').getByText('Please come with an empty stomach.')).toBeVisible();
	await answer(ana, 'Not even coffee?');
	await expect(bubble(rita, 'Not even coffee?')).toBeVisible();
	await test.step('a letter with a form of its own opens apart, and loads nothing of the web', async () => {
		const asked: string[] = [];
		rita.on('request', (request) => asked.push(new URL(request.url()).host));
		const mail = [
			'From: Ana Silva <ana@demo.test>\r\nTo: clinic@mail.test\r\nSubject: The form',
			'Message-ID: <form-1@demo.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8',
			'',
			'<h1>My form</h1><p>It is <b>filled in</b>.</p><img src="https://track.test/x.png" width="40" alt="logo">'
		];
		await outside('inbound', { channel: 'email', from: 'ana', raw: mail.join('\r\n') });
		await bubble(rita, 'My form').getByRole('button', { name: 'Show the whole letter' }).click();
		const letter = rita.frameLocator('iframe[title="The whole letter"]');
		await expect(letter.getByRole('heading', { name: 'My form' })).toBeVisible();
		await expect(rita.getByText('A picture on the web is not loaded')).toBeVisible();
		expect(asked.filter((host) => host === 'track.test')).toEqual([]);
	});
});

test('a stranger is given to a new patient, and the list shrinks for a colleague', async ({ browser }) => {
	const [rita, tom, doctor] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		person(browser, 'doctor@demo.test')
	]);
	await tom.goto('/strays');
	await expect(tom.getByText('Nobody unknown')).toBeVisible();
	await expect(doctor.getByRole('link', { name: /Unknown senders/ })).toHaveCount(0);
	await outside('inbound', { channel: 'sms', from: '+351910099001', body: 'Do you take new patients?' });
	await expect(tom.getByText('Do you take new patients?')).toBeVisible();
	await test.step('counted for everybody who sees to it', async () => {
		const link = rita.getByRole('link', { name: /Unknown senders/ });
		await expect(link).toContainText('1');
		await link.click();
	});
	await test.step('made a patient, with the number filled in', async () => {
		await rita.getByRole('button', { name: 'New patient…' }).click();
		await expect(rita.getByLabel('Phone')).toHaveValue('+351910099001');
		await rita.getByLabel('Name', { exact: true }).fill('Tiago Ferreira');
		await rita.getByRole('button', { name: 'Add patient' }).click();
		await expect(bubble(rita, 'Do you take new patients?')).toBeVisible();
		await expect(rita.getByRole('heading', { name: 'Tiago Ferreira' }).first()).toBeVisible();
		await expect(tom.getByText('Nobody unknown')).toBeVisible();
	});
	await test.step('of two with one number, one click tells who it is', async () => {
		for (const [name, birth_date] of [
			['Lia Prado', '2015-03-01'],
			['Noa Prado', '1985-06-02']
		])
			await rita.request.post('/api/v1/patients', {
				data: { id: uuid(), name, birth_date, phone: '+351910099777', certain: true }
			});
		await outside('inbound', { channel: 'sms', from: '+351910099777', body: 'The fever is gone.' });
		await expect(tom.getByText('Several patients have this address')).toBeVisible();
		await tom.getByRole('button', { name: /Lia Prado born/ }).click();
		await expect(bubble(tom, 'The fever is gone.')).toBeVisible();
	});
	await test.step('dismissed, once somebody says yes', async () => {
		await outside('inbound', { channel: 'sms', from: '+351910099002', body: 'You have won a prize' });
		await rail(tom, 'Unknown senders');
		await tom.getByRole('button', { name: 'Dismiss…' }).click();
		await tom.getByRole('button', { name: 'Dismiss it' }).click();
		await expect(tom.getByText('Nobody unknown')).toBeVisible();
	});
});

test('what the carrier refuses is told, tried again, or sent another way', async ({ browser }) => {
	const [rita, tom] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test')
	]);
	await Promise.all([find(rita, /Ana Silva/), find(tom, /Ana Silva/)]);
	await outside('faults', { refuse: true, channels: ['sms'] });
	await by(rita, 'SMS');
	await write(rita, 'The results are here.');
	for (const page of [rita, tom])
		await expect(bubble(page, 'The results are here.').getByText(/Not delivered\. ./)).toBeVisible();
	await test.step('the words go into another channel’s field, below what stands there', async () => {
		await by(rita, 'Portal');
		await rita.getByRole('textbox', { name: 'Message to Ana Silva' }).fill('A draft.');
		await by(rita, 'SMS');
		await bubble(rita, 'The results are here.')
			.getByRole('button', { name: 'Send on another channel' })
			.click();
		await expect(rita.getByRole('textbox', { name: 'Message to Ana Silva' })).toHaveValue(
			'A draft.\nThe results are here.'
		);
		await rita.getByRole('textbox', { name: 'Message to Ana Silva' }).fill('');
	});
	await test.step('once the carrier takes it, a second try arrives', async () => {
		await outside('faults', {});
		await bubble(rita, 'The results are here.').getByRole('button', { name: 'Try again' }).click();
		for (const page of [rita, tom]) {
			await expect(bubble(page, 'The results are here.').getByText(/Delivered by SMS/)).toBeAttached();
			await expect(bubble(page, 'The results are here.').getByText(/Not delivered/)).toHaveCount(0);
		}
		const ana = await phoneOf(browser, 'ana', 'sms');
		await expect(ana.locator('#thread').getByText('The results are here.')).toHaveCount(1);
	});
});

test('channels are set up, and a wrong secret is told in words', async ({ browser }) => {
	const [helena, other, rita] = await Promise.all([
		person(browser, 'admin@demo.test'),
		person(browser, 'admin@demo.test'),
		person(browser, 'reception@demo.test')
	]);
	await Promise.all([helena.goto('/settings/channels'), other.goto('/settings/channels')]);
	const sms = helena.getByRole('form', { name: 'SMS' });
	const theirs = other.getByRole('form', { name: 'SMS' });
	await test.step('a field that cannot be right says so', async () => {
		await sms.getByLabel('The clinic’s number').fill('0171 123');
		await sms.getByRole('button', { name: 'Save' }).click();
		await expect(sms.getByLabel('The clinic’s number')).toHaveAttribute('aria-invalid', 'true');
		await sms.getByRole('button', { name: 'Discard' }).click();
	});
	await test.step('what one changes the other sees', async () => {
		await sms.getByText('Keep messages inside').click();
		await sms.getByRole('button', { name: 'Save' }).click();
		await expect(theirs.getByRole('switch', { name: /Keep messages inside/ })).toBeChecked();
		await sms.getByText('Keep messages inside').click();
		await sms.getByRole('button', { name: 'Save' }).click();
		await expect(theirs.getByRole('switch', { name: /Keep messages inside/ })).not.toBeChecked();
	});
	const secret = async (value: string) => {
		await sms.getByLabel('Auth Token').fill(value);
		await sms.getByRole('button', { name: 'Save' }).click();
		await expect(sms.getByLabel('Auth Token')).toHaveValue('');
		await sms.getByRole('button', { name: 'Test SMS' }).click();
	};
	await test.step('a wrong secret: in words here, and above the list for all staff', async () => {
		await secret('wrong');
		await expect(sms.getByText(/Twilio does not accept/).last()).toBeVisible();
		await expect(theirs.getByText(/Twilio does not accept/)).toBeVisible();
		await expect(rita.getByText(/Twilio does not accept/)).toBeVisible();
	});
	await test.step('set right, all of it is gone', async () => {
		await secret('local-carrier');
		await expect(sms.getByText(/It works/)).toBeVisible();
		await expect(theirs.getByText(/Twilio does not accept/)).toHaveCount(0);
		await expect(rita.getByText(/Twilio does not accept/)).toHaveCount(0);
	});
});
