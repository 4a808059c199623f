import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './clinic';

/** Keeps a picture of the screen, and finds in it nothing that a machine can tell of accessibility. */
export async function accessible(page: Page, name: string, { fullPage = false } = {}) {
	await page.waitForLoadState('networkidle');
	await page.screenshot({ path: `test-results/screens/${name}.png`, fullPage });
	const found = await new AxeBuilder({ page })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
		.analyze();
	expect(
		found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`),
		name
	).toEqual([]);
}
