import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { accessible } from './accessible';
import { expect, test } from './clinic';
import { by, outside } from './outside';
import { bubble, open, person, phone, rail, write } from './people';

const picture = (name: string) => ({ name, mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
const pdf = {
	name: 'Laborbericht.pdf',
	mimeType: 'application/pdf',
	buffer: Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 51>>stream
BT /F1 40 Tf 60 740 Td (Laboratory report) Tj ET   
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
6 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
`)
};

const choose = (page: Page | Locator, ...files: { name: string; mimeType: string; buffer: Buffer }[]) =>
	page.locator('form input[type=file]').setInputFiles(files);
const chips = (page: Page | Locator) =>
	page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
test.afterEach(() => outside('faults', {}));

const viewer = (page: Page) => page.getByRole('dialog', { name: 'Files of this conversation' });

test('an X-ray is sent, appears live on a phone, and is looked at closely', async ({ browser }) => {
	const [rita, chloe] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'chloe@demo.test', phone)
	]);
	await Promise.all([open(rita, /Chloé Martin/), open(chloe, /Reception/)]);
	await choose(rita, picture('X-ray of the left hand.png'), pdf);
	await expect(chips(rita)).toHaveCount(2);
	await write(rita, 'Emma’s X-ray, and the report.');
	const shot = chloe.getByRole('button', { name: 'Look at X-ray of the left hand.png' });
	await expect(shot.locator('img')).toBeVisible(); // drawn small by then
	await expect(chips(rita)).toHaveCount(0);
	await shot.tap();
	await expect(viewer(chloe)).toBeVisible();
	const zoom = viewer(chloe).getByRole('button', { name: /%,/ });
	await expect(viewer(chloe).locator('.picture img')).toBeVisible();
	await expect(zoom).toHaveText(/^\d+ %$/);
	const before = await zoom.textContent();
	await viewer(chloe).getByRole('button', { name: 'Zoom in' }).tap();
	await expect(zoom).not.toHaveText(before!);
	await chloe.keyboard.press('r');
	await expect(viewer(chloe).locator('.picture')).toHaveAttribute('style', /rotate\(90deg\)/);
	await viewer(chloe).getByRole('button', { name: 'Next file' }).tap();
	await expect(viewer(chloe).getByText('Page 1 of 2')).toBeVisible();
	await chloe.keyboard.press('PageDown');
	await expect(viewer(chloe).getByText('Page 2 of 2')).toBeVisible();
	await chloe.keyboard.press('PageUp');
	await expect(viewer(chloe).locator('canvas')).toBeVisible();
	await chloe.screenshot({ path: 'test-results/files-viewer-phone.png' });
	await chloe.keyboard.press('Escape');
	await expect(viewer(chloe)).toHaveCount(0);

	const [saved] = await Promise.all([
		rita.waitForEvent('download'),
		rita.getByRole('link', { name: 'Download Laborbericht.pdf' }).last().click()
	]);
	expect(saved.suggestedFilename()).toBe('Laborbericht.pdf');
	expect(readFileSync(await saved.path()).equals(pdf.buffer)).toBe(true);
	await rita.screenshot({ path: 'test-results/files-thread.png' });
});

test('a PDF waits with a message, is seen waiting by a colleague, and reaches the phone', async ({
	browser
}) => {
	const [rita, tom, chloe] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'reception2@demo.test'),
		person(browser, 'chloe@demo.test', phone)
	]);
	for (const page of [rita, tom]) await rail(page, 'All');
	await Promise.all([open(rita, /Chloé Martin/), open(tom, /Chloé Martin/), open(chloe, /Reception/)]);
	const waiting = (page: Page) => page.getByRole('list', { name: 'Scheduled messages' });
	const later = async () => {
		await rita.getByRole('button', { name: 'Send later' }).click();
		await rita.getByRole('menuitem', { name: /Tomorrow, 9:00/ }).click();
	};

	await test.step('it waits without a word, and comes back by undo', async () => {
		await choose(rita, { ...pdf, name: 'Blutbild.pdf' });
		await expect(chips(rita)).toContainText(/KB|bytes/); // it is there
		await later();
		await expect(chips(rita)).toHaveCount(0);
		await expect(waiting(tom).getByRole('button', { name: 'Look at Blutbild.pdf' })).toBeVisible();
		await rita.getByRole('button', { name: 'Undo' }).click();
		await expect(waiting(tom)).toHaveCount(0);
		await expect(chips(rita)).toContainText('Blutbild.pdf');
		await rita.getByRole('textbox', { name: /Message to/ }).fill('Please bring this along.');
		await later();
	});
	await test.step('a colleague looks at it; the patient has nothing yet', async () => {
		const chip = waiting(tom).getByRole('button', { name: 'Look at Blutbild.pdf' });
		await expect(chip.locator('img')).toBeVisible({ timeout: 40_000 }); // drawn small, and told
		await tom.screenshot({ path: 'test-results/files-waiting.png' });
		await chip.click();
		await expect(viewer(tom).locator('.picture.ready canvas')).toBeVisible();
		await tom.keyboard.press('Escape');
		await expect(chloe.getByText('Blutbild.pdf')).toHaveCount(0);
	});
	await test.step('its author takes it off, then has it again beside another one', async () => {
		const dialog = rita.getByRole('dialog', { name: 'Edit the scheduled message' });
		await waiting(rita).getByRole('button', { name: 'Edit' }).click();
		await dialog.getByRole('button', { name: 'Remove Blutbild.pdf' }).click();
		await choose(rita.getByRole('dialog'), picture('Way to the clinic.png'));
		await expect(chips(dialog)).toHaveCount(1);
		await dialog.getByRole('button', { name: 'Back' }).click();
		await expect(waiting(tom).getByRole('button', { name: /^Look at/ })).toHaveCount(1);
		await waiting(rita).getByRole('button', { name: 'Edit' }).click();
		await expect(chips(dialog)).toContainText('Blutbild.pdf');
		await choose(rita.getByRole('dialog'), picture('Way to the clinic.png'));
		await expect(dialog.getByRole('button', { name: 'Save' })).toBeEnabled();
		await rita.screenshot({ path: 'test-results/files-waiting-edit.png' });
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(waiting(tom).getByRole('button', { name: 'Look at Way to the clinic.png' })).toBeVisible();
		await expect(waiting(tom).getByRole('button', { name: 'Look at Blutbild.pdf' })).toBeVisible();
	});
	await test.step('sent, it is on her phone, once', async () => {
		await waiting(tom).getByRole('button', { name: 'Send now' }).click();
		await expect(waiting(rita)).toHaveCount(0);
		const sent = bubble(chloe, 'Please bring this along.');
		await expect(sent.getByRole('button', { name: 'Look at Way to the clinic.png' })).toBeVisible();
		await sent.getByRole('button', { name: 'Look at Blutbild.pdf' }).tap();
		await expect(viewer(chloe).getByText('Page 1 of 2')).toBeVisible();
		await chloe.keyboard.press('Escape');
		await expect(sent).toHaveCount(1);
	});
});

test('what failed on one channel takes its files along to another', async ({ browser }) => {
	const [rita, chloe] = await Promise.all([
		person(browser, 'reception@demo.test'),
		person(browser, 'chloe@demo.test', phone)
	]);
	await rail(rita, 'All');
	await Promise.all([open(rita, /Chloé Martin/), open(chloe, /Reception/)]);
	await outside('faults', { refuse: true, channels: ['email'] });
	await by(rita, 'Email');
	await choose(rita, pdf, picture('Way to the clinic.png'));
	await write(rita, 'Your report, by letter.');
	const failed = bubble(rita, 'Your report, by letter.').filter({ hasText: 'Not delivered' });
	await expect(failed).toBeVisible();
	await outside('faults', {});
	await failed.getByRole('button', { name: 'Send on another channel' }).click();
	await expect(chips(rita)).toHaveCount(2);
	await expect(rita.getByRole('button', { name: /Send to Chloé Martin · (Portal|WhatsApp)/ })).toBeEnabled();
	await rita.screenshot({ path: 'test-results/files-elsewhere.png' });
	await rita.getByRole('button', { name: 'Remove Way to the clinic.png' }).click();
	await by(rita, 'Portal');
	await rita.getByRole('textbox', { name: /Message to/ }).fill('Your report, here.');
	await rita.keyboard.press('Control+Enter');
	await bubble(chloe, 'Your report, here.').getByRole('button', { name: 'Look at Laborbericht.pdf' }).tap();
	await expect(viewer(chloe).getByText('Page 1 of 2')).toBeVisible();
	// The first one has kept both, and goes out after all.
	const first = bubble(rita, 'Your report, by letter.');
	await first.getByRole('button', { name: 'Try again' }).click();
	await expect(first.getByText(/Sent by email/)).toBeAttached({ timeout: 40_000 }); // a carrier that failed is given a rest
	await expect(first.getByRole('button', { name: /^Look at/ })).toHaveCount(2);
});

test('a patient’s file is seen live; a broken line is tried again under the same id', async ({ browser }) => {
	const [chloe, rita] = await Promise.all([
		person(browser, 'chloe@demo.test', phone),
		person(browser, 'reception@demo.test')
	]);
	await rail(rita, 'All'); // she has been answered
	await Promise.all([open(chloe, /Reception/), open(rita, /Chloé Martin/)]);
	let cut = 0;
	const ids: string[] = [];
	await chloe.route('**/api/v1/attachments', (route) => {
		ids.push(
			/name="id"\r\n\r\n(\S+)/.exec(route.request().postDataBuffer()?.toString('latin1') ?? '')?.[1] ?? ''
		);
		return ++cut < 3 ? route.abort('connectionreset') : route.continue();
	});
	await choose(chloe, picture('Ausschlag.png'));
	await expect(chips(chloe).getByText(/line broke/)).toBeVisible();
	await chloe.getByRole('button', { name: 'Send' }).tap(); // it goes once the file is there
	await expect(chloe.getByText('Sends when the file is there…')).toBeVisible();
	await expect(rita.getByRole('button', { name: 'Look at Ausschlag.png' })).toBeVisible();
	expect(new Set(ids).size).toBe(1);
});

test('files are pasted and dropped, refused with a reason, and kept over a reload', async ({ browser }) => {
	const rita = await person(browser, 'reception@demo.test');
	await open(rita, /Greta Meyer/);
	const give = (kind: 'paste' | 'drop', name: string, type: string, base64: string) =>
		rita.evaluate(
			([kind, name, type, base64]) => {
				const all = new DataTransfer();
				all.items.add(
					new File([Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0))], name!, { type: type! })
				);
				const target = document.querySelector(kind === 'paste' ? 'textarea' : '[role=log]')!;
				target.dispatchEvent(
					kind === 'paste'
						? new ClipboardEvent('paste', { clipboardData: all, bubbles: true, cancelable: true })
						: new DragEvent('drop', { dataTransfer: all, bubbles: true, cancelable: true })
				);
			},
			[kind, name, type, base64] as const
		);
	await give('paste', 'image.png', 'image/png', png);
	await give('drop', 'setup.pdf', 'application/pdf', btoa('MZ\x90 a program'));
	await expect(chips(rita)).toHaveCount(2);
	await expect(chips(rita).getByText(/it is not a PDF/)).toBeVisible();
	await expect(rita.getByRole('button', { name: /Send to/ })).toBeDisabled();
	await rita.screenshot({ path: 'test-results/files-composer.png' });
	await rita.getByRole('button', { name: 'Remove setup.pdf' }).click();
	await rita.reload();
	await expect(chips(rita)).toHaveCount(1);
	// A note's files are apart from a message's.
	await rita.getByRole('button', { name: 'Internal note' }).click();
	await expect(chips(rita)).toHaveCount(0);
	await rita.getByRole('button', { name: 'Reply' }).click();
	await rita.getByRole('button', { name: 'Remove image.png' }).click();
	await expect(chips(rita)).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
	for (const [kind, options] of Object.entries({ desk: {}, phone })) {
		test(`files on a ${kind}, ${colorScheme}`, async ({ browser }) => {
			const page = await person(browser, 'reception2@demo.test', { colorScheme, ...options });
			await rail(page, 'All');
			await open(page, /Greta Meyer/);
			const xray = page.getByRole('button', { name: 'Look at X-ray left hand.png' });
			await xray.scrollIntoViewIfNeeded();
			await expect(
				page.getByRole('button', { name: 'Look at Laboratory report.pdf' }).locator('img')
			).toBeVisible({ timeout: 40_000 });
			await accessible(page, `files-thread-${kind}-${colorScheme}`);
			await xray.click();
			await expect(viewer(page).locator('.picture.ready img')).toBeVisible();
			await accessible(page, `files-viewer-${kind}-${colorScheme}`);
			await page.keyboard.press('+');
			await page.keyboard.press('ArrowRight');
			await expect(viewer(page).locator('.picture.ready canvas')).toBeVisible();
			await accessible(page, `files-viewer-pdf-${kind}-${colorScheme}`);
		});
	}
}

test('a file that cannot be shown says so, and is tried again', async ({ browser }) => {
	const page = await person(browser, 'reception2@demo.test');
	await rail(page, 'All');
	await open(page, /Greta Meyer/);
	let away = true;
	await page.route(/attachments\/[0-9a-f-]+$/, (route) => (away ? route.abort() : route.continue()));
	await page.getByRole('button', { name: 'Look at X-ray left hand.png' }).click();
	await expect(viewer(page).getByText('This file could not be shown.')).toBeVisible();
	await accessible(page, 'viewer-failing');
	away = false;
	await viewer(page).getByRole('button', { name: 'Try again' }).click();
	await expect(viewer(page).locator('.picture.ready img')).toBeVisible();
});

// 640 × 480 pixels, from black to white.
const png =
	'iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAAAAAAQuoM4AAAF50lEQVR42u3S5xqAAwGA0Y9QtjKyhWRT2ZsyQ1b2XmVm770zM7Ol7Oy99xYqe2bvvbfHZbw/nHMNZxgAvrdGgJCAtAFHhJCAtAF/ACEBaQOOBCEBaQOODCEBaQOOAiEBaQP+EEIC0gb8EYSGUSEkIG3A0SAkIG3A0SEkIG3AMSAkIG3AMSEkIG3AsSAkIG3AsSEkIG3AcSA0/BhCAtIG/AmEBKQNOC6EBKQNOB6EBKQNOD6EBKQNOAGEBKQN+FMICUgbcEIICUgbcCIIDRNDSEDagJNASEDagJNCSEDagJNBSEDagJNDSEDagFNASEDagD+DkIC0AaeE0DAVhASkDTg1hASkDfhzCAlIG3AaCAlIG/AXEBKQNuC0EBKQNuB0EBKQNuD0EBKQNuAMEBpmhJCAtAFngpCAtAFnhpCAtAFngZCAtAFnhZCAtAF/CSEBaQP+CkIC0gb8NYSG2SAkIG3A2SEkIG3AOSAkIG3AOSEkIG3AuSAkIG3AuSEkIG3AeSAkIG3AeSEkIG3A+SA0zA8hAWkDLgAhAWkDLgghAWkDLgQhAWkDLgwhAWkDLgIhAWkD/gZCAtIG/C2EhkUhJCBtwMUgJCBtwMUhJCBtwCUgJCBtwCUhJCBtwKUgJCBtwN9BSEDagEtDSEDagMtAaFgWQgLSBvw9hASkDbgchASkDbg8hASkDbgChASkDbgihASkDbgShASkDfgHCA0rQ0hA2oCrQEhA2oCrQkhA2oCrQUhA2oCrQ0hA2oBrQEhA2oBrQkhA2oBrQUhA2oBrQ2hYB0IC0gZcF0IC0gZcD0IC0gZcH0IC0gbcAEIC0gbcEEIC0gbcCEIC0gbcGELDHyEkIG3AP0FIQNqAm0BIQNqAm0JIQNqAm0FIQNqAm0NIQNqAW0BIQNqAW0JIQNqAf4bQsBWEBKQNuDWEBKQNuA2EBKQNuC2EBKQNuB2EBKQNuD2EBKQNuAOEBKQNuCOEhp0gJCBtwJ0hJCBtwF0gJCBtwF0hJCBtwN0gJCBtwN0hJCBtwD0gJCBtwD0hJCBtwL0gNOwNIQFpA+4DIQFpA+4LIQFpA+4HIQFpA+4PIQFpAx4AIQFpAx4IIQFpAx4EoeEvEBKQNuDBEBKQNuAhEBKQNuChEBKQNuBhEBKQNuDhEBKQNuAREBKQNuBfISQgbcAjITQcBSEBaQMeDSEBaQMeAyEBaQMeCyEBaQMeByEBaQP+DUIC0gY8HkIC0gY8AULDiRASkDbgSRASkDbgyRASkDbgKRASkDbgqRASkDbgaRASkDbg3yEkIG3A0yEkIG3Af0Bo+CeEBKQNeAaEBKQNeCaEBKQNeBaEBKQNeDaEBKQNeA6EBKQNeC6EBKQNeB6Ehn9BSEDagOdDSEDagBdASEDagBdCSEDagBdBSEDagBdDSEDagJdASEDagJdCSEDagJdBaLgcQgLSBrwCQgLSBrwSQgLSBrwKQgLSBrwaQgLSBrwGQgLSBrwWQgLSBrwOQsP1EBKQNuANEBKQNuCNEBKQNuBNEBKQNuDNEBKQNuAtEBKQNuCtEBKQNuBtEBKQNuDtEBrugJCAtAHvhJCAtAHvgpCAtAHvhpCAtAHvgZCAtAHvhZCAtAHvg5CAtAH/DaHhfggJSBvwAQgJSBvwQQgJSBvwPxASkDbgfyEkIG3A/0FIQNqAD0FIQNqAD0NIQNqAj0BoeBRCAtIGfAxCAtIGfBxCAtIGfAJCAtIGfBJCAtIGfApCAtIGfBpCAtIGfAZCw7MQEpA24P8hJCBtwOcgJCBtwOchJCBtwBcgJCBtwBchJCBtwJcgJCBtwJchJCBtwFcgNLwKIQFpA74GIQFpA74OIQFpA74BIQFpA74JIQFpA74FIQFpA74NIQFpA74DoeFdCAlIG/A9CAlIG/B9CAlIG/ADCAlIG/BDCAlIG/AjCAlIG/BjCAlIG/ATCAlIG/BTCA2fQUhA2oCfQ0hA2oBfQEhA2oBfQkhA2oBfQUhA2oBfQ0hA2oDfQEhA2oDfQug7mklGz3fPwfQAAAAASUVORK5CYII=';
