import type { Page } from '@playwright/test';
import { test } from './clinic';
import { bubble, open, person, phone, write } from './people';

// The pictures in docs/screenshots, of the demo clinic as it is: npm run pictures.
test.setTimeout(240_000);

const keep = async (page: Page, name: string) => {
	await page.waitForLoadState('networkidle');
	await page.screenshot({ path: `../docs/screenshots/${name}.png`, animations: 'disabled', caret: 'hide' });
};
const desk = { viewport: { width: 1280, height: 800 } };

test('one conversation in three browsers', async ({ browser }) => {
	const half = { viewport: { width: 900, height: 560 } };
	const [rita, doctor, ana] = await Promise.all([
		person(browser, 'reception@demo.test', half),
		person(browser, 'doctor@demo.test', { ...half, colorScheme: 'dark' }),
		person(browser, 'ana@demo.test', { ...phone, viewport: { width: 360, height: 740 } })
	]);
	await Promise.all([open(rita, /Ana Silva/), open(ana, /Reception/)]);
	await rita.getByRole('button', { name: 'Internal note' }).click();
	await write(rita, 'João, can you answer the ibuprofen question?');
	await rita.getByRole('button', { name: 'Assign' }).click();
	await rita.getByRole('menuitemradio', { name: /João Costa/ }).click();
	await rita.getByRole('button', { name: 'Reply' }).click();
	await doctor.getByRole('link', { name: /ibuprofen/ }).click();
	await write(doctor, 'You may take both, but leave two hours in between.');
	await bubble(ana, 'leave two hours').waitFor();
	await write(ana, 'Perfect, thank you!');
	await bubble(rita, 'Perfect, thank you!').waitFor(); // typing ends with what was typed
	await ana.getByRole('textbox').pressSequentially('And');
	await rita.getByRole('log').getByText('Ana Silva is typing').waitFor();
	for (const page of [rita, doctor])
		await page.locator('.toasts').evaluate((toasts: HTMLElement) => (toasts.style.display = 'none'));
	const shots = await Promise.all([rita, doctor, ana].map((p) => p.screenshot({ caret: 'hide' })));
	const [a, b, c] = shots.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`);
	const sheet = await browser.newPage({ viewport: { width: 1320, height: 1180 } });
	await sheet.setContent(`<style>
		body { display: grid; grid-template-columns: 900px 360px; gap: 20px; place-content: center; margin: 0; height: 100vh; background: #dfe6e3 }
		div { display: grid; gap: 20px; align-content: center } img { border-radius: 10px }
	</style><div>${a}${b}</div><div>${c}</div>`);
	await keep(sheet, 'live');
});

test('what else there is', async ({ browser }) => {
	const rita = await person(browser, 'reception@demo.test', desk);
	await open(rita, /Elena Rossi/);
	await keep(rita, 'thread');
	await rita.goto('/search?q=appointment');
	await rita.locator('mark').first().waitFor();
	await keep(rita, 'search');

	const tom = await person(browser, 'reception2@demo.test', { ...desk, colorScheme: 'dark' });
	await tom.setViewportSize({ width: 1080, height: 680 }); // a picture in a picture is large
	await open(tom, /Greta Meyer/);
	await tom.getByRole('button', { name: 'Look at X-ray left hand.png' }).click();
	await tom.locator('.picture.ready img').waitFor();
	await keep(tom, 'viewer');
	await tom.setViewportSize(desk.viewport);
	await tom.goto('/patients?q=Elena');
	await tom.getByRole('link', { name: /Elena Rossi/ }).click();
	await tom.getByRole('heading', { name: 'Consents and opt-outs' }).waitFor();
	await keep(tom, 'record');

	const admin = await person(browser, 'admin@demo.test', desk);
	await admin.goto('/statistics');
	await admin.getByRole('img', { name: /Waits by day/ }).waitFor();
	await keep(admin, 'figures');

	const small = await person(browser, 'reception@demo.test', phone);
	await small.getByRole('list').first().waitFor();
	await keep(small, 'phone');
	const chloe = await person(browser, 'chloe@demo.test', { ...phone, colorScheme: 'dark' });
	await open(chloe, /Reception/);
	await keep(chloe, 'portal');
});
