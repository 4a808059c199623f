import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';

/** Signs somebody of the demo clinic in, in a browser of their own. */
export async function person(
	browser: Browser,
	email: string,
	options: BrowserContextOptions = {}
): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	const page = await context.newPage();
	page.on('pageerror', (error) => {
		throw new Error(`${email}: ${error.message}`);
	});
	await page.goto('/signin');
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password').fill('frontdesk-demo');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	return page;
}

export const phone: BrowserContextOptions = {
	viewport: { width: 390, height: 844 },
	hasTouch: true,
	isMobile: true
};

/** Goes where the rail leads to; what people have written may hold the same words. */
export const rail = (page: Page, to: string) =>
	page
		.getByRole('navigation', { name: 'Frontdesk' })
		.getByRole('link', { name: new RegExp(`^${to}`) })
		.click();

/** Opens a conversation from the list by whom it is with. */
export async function open(page: Page, name: string | RegExp) {
	await page.getByRole('link', { name }).first().click();
	await expect(page.getByRole('log')).toBeVisible();
}

export const bubble = (page: Page, text: string) =>
	page.getByRole('log').getByRole('listitem').filter({ hasText: text });

export async function write(page: Page, text: string) {
	await page.getByRole('textbox', { name: /Message to|Internal note/ }).fill(text);
	await page.keyboard.press('Control+Enter');
}
