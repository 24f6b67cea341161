import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { openSignedIn } from '../../test/e2e/support/browser.ts';
import { openDashboard, openHealing } from '../../test/e2e/support/dashboard.ts';
import { addressesOf, healingAddressesOf } from '../../test/e2e/support/dashboard-addresses.ts';

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
  const wanted = (pages: Readonly<Record<string, string>>) =>
    Object.entries(pages).filter(([name]) => !only || only.includes(name));
  // One after the other: each is a server with runs of its own.
  const ordinary = async () => {
    const dashboard = await openDashboard();
    return { ...dashboard, server: dashboard.scene.server, pages: addressesOf(dashboard.scene.runs) };
  };
  const healing = async () => {
    const dashboard = await openHealing();
    return { ...dashboard, server: dashboard.scene.server, pages: healingAddressesOf(dashboard.scene.runs) };
  };
  for (const open of [ordinary, healing]) {
    const { browser, server, pages, close } = await open();
    try {
      for (const look of looks)
        await pictures({ browser, server, look, pages: wanted(pages), to: values.to });
    } finally {
      await close();
    }
  }
}

interface Pictures {
  readonly browser: Browser;
  readonly server: Parameters<typeof openSignedIn>[1];
  readonly look: (typeof looks)[number];
  readonly pages: readonly (readonly [name: string, address: string])[];
  readonly to: string;
}

async function pictures({ browser, server, look, pages, to }: Pictures): Promise<void> {
  if (pages.length === 0) return;
  const { page, complaints } = await openSignedIn(browser, server, { look });
  for (const [name, address] of pages) {
    const file = `${name}-${look.width}-${look.theme}.png`;
    await picture(page, `${server.url}${address}`, path.join(to, file));
  }
  for (const complaint of complaints) console.log(`${look.width} ${look.theme}: ${complaint}`);
  await page.context().close();
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
