import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious findings of axe on pages, and pages that are wider than the window. */
export async function pageFaults(
  page: Page,
  url: string,
  addresses: Readonly<Record<string, string>>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(`${url}${address}`);
    await page.locator('h1').first().waitFor();
    await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
    // From the outside, as the content security policy lets no other script in.
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    for (const { id, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical')
        found.push(`${name}: ${id} (${impact}) ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
    const tooWide = await page.evaluate<boolean>(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    );
    if (tooWide) found.push(`${name}: wider than the window`);
  }
  return found;
}
