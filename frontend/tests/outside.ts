import { expect, type Browser, type Page } from '@playwright/test';
import { carrier } from './clinic';

// The world outside of the clinic: the local carrier, and the phones that it shows.

/** Asks the carrier for something in the world's place, as cmd/carrier/control.go lists. */
export async function outside(what: 'inbound' | 'faults' | 'window', body: object) {
	const answer = await fetch(`http://${carrier}/control/${what}`, {
		method: 'POST',
		body: JSON.stringify(body)
	});
	expect(answer.ok, await answer.clone().text()).toBe(true);
}

/** A patient's phone, opened at a channel. */
export async function phoneOf(browser: Browser, slug: string, channel: 'sms' | 'whatsapp' | 'email') {
	const page = await (await browser.newContext()).newPage();
	await page.goto(`http://${carrier}/#/${slug}/${channel}`);
	await expect(page.getByText('Live', { exact: true })).toBeVisible();
	return page;
}

/** Answers on a phone. */
export async function answer(phone: Page, text: string) {
	await phone.getByRole('textbox', { name: 'Message' }).fill(text);
	await phone.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Chooses the channel on which the next message goes. */
export async function by(page: Page, channel: string) {
	const what = page.getByRole('group', { name: 'What to write' });
	await what.getByRole('button', { name: 'Channel' }).click();
	await what.getByRole('menuitemradio', { name: channel }).click();
}
