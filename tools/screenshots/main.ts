import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openSignedIn } from '../../test/e2e/support/browser.ts';
import { openDashboard } from '../../test/e2e/support/dashboard.ts';
import { addressesOf } from '../../test/e2e/support/dashboard-addresses.ts';

/**
 * `npm run screenshots [-- --to folder --only run-diff,queue]`: pictures of every page of the dashboard at 1440 and 390 pixels, light and
 * dark, from a real server with runs in every state.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { to: { type: 'string', default: 'docs/screenshots' }, only: { type: 'string' } },
  });
  await mkdir(values.to, { recursive: true });
  const only = values.only?.split(',');
  const dashboard = await openDashboard();
  const { scene, browser } = dashboard;
  try {
    for (const look of looks) {
      const { page, complaints } = await openSignedIn(browser, scene.server, { look });
      const pages = Object.entries(addressesOf(scene.runs)).filter(([name]) => !only || only.includes(name));
      for (const [name, address] of pages) {
        const file = `${name}-${look.width}-${look.theme}.png`;
        await picture(page, `${scene.server.url}${address}`, path.join(values.to, file));
      }
      for (const complaint of complaints) console.log(`${look.width} ${look.theme}: ${complaint}`);
      await page.context().close();
    }
  } finally {
    await dashboard.close();
  }
}

const looks = [1440, 390].flatMap((width) => [
  { width, theme: 'light' as const },
  { width, theme: 'dark' as const },
]);

async function picture(page: Page, address: string, file: string): Promise<void> {
  await page.goto(address);
  await page.locator('h1').first().waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
  await page.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' });
  // Colours of code come when their language is loaded.
  if (address.includes('tab=diff')) await page.locator('diffs-container').first().waitFor();
  await page.screenshot({ path: file });
  console.log(file);
}

await main();
