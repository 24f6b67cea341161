import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openSignedIn } from './support/browser.ts';
import { openDashboard, type TestDashboard } from './support/dashboard.ts';
import { addressesOf } from './support/dashboard-addresses.ts';
import type { DashboardScene } from './support/dashboard-scene.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let dashboard: TestDashboard;
let scene: DashboardScene;
let browser: Browser;

describe.skipIf(!hasChromium)('every page of the dashboard', () => {
  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ scene, browser } = dashboard);
  });
  afterAll(() => dashboard.close());

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)(
    'in %s colours at %i pixels: no serious finding of axe, no error in the console, nothing wider than the page',
    async (theme, width) => {
      const { page, complaints } = await openSignedIn(browser, scene.server, { look: { width, theme } });
      const found: string[] = [];
      for (const [name, address] of Object.entries(addressesOf(scene.runs))) {
        await page.goto(`${scene.server.url}${address}`);
        await page.locator('h1').first().waitFor();
        await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
        // From the outside, as the content security policy lets no other script in.
        await page.evaluate(axeSource);
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
        for (const { id, impact, nodes } of violations) {
          if (impact === 'serious' || impact === 'critical')
            found.push(
              `${name}: ${id} (${impact}) ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
            );
        }
        const tooWide = await page.evaluate<boolean>(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        if (tooWide) found.push(`${name}: wider than ${width} pixels`);
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );
});
