import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openSignedIn, startBrowser } from '../../test/e2e/support/browser.ts';
import { addressesOf } from '../../test/e2e/support/dashboard-addresses.ts';
import { startDashboardScene } from '../../test/e2e/support/dashboard-scene.ts';

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
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-screenshots-'));
  const scene = await startDashboardScene(folder);
  const browser = await startBrowser();
  try {
    for (const width of [1440, 390]) {
      for (const theme of ['light', 'dark'] as const) {
        const { page, complaints } = await openSignedIn(browser, scene.server, { look: { width, theme } });
        for (const [name, address] of Object.entries(addressesOf(scene.runs))) {
          if (only && !only.includes(name)) continue;
          await picture(
            page,
            `${scene.server.url}${address}`,
            path.join(values.to, `${name}-${width}-${theme}.png`),
          );
        }
        for (const complaint of complaints) console.log(`${width} ${theme}: ${complaint}`);
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
    await scene.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

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
