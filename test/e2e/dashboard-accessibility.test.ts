import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFull } from '../stress/support/length.ts';
import { hasChromium, openSignedIn } from './support/browser.ts';
import { openDashboard, type TestDashboard } from './support/dashboard.ts';
import { addressesOf } from './support/dashboard-addresses.ts';
import type { DashboardScene } from './support/dashboard-scene.ts';
import { pageFaults } from './support/page-faults.ts';

let dashboard: TestDashboard;
let scene: DashboardScene;
let browser: Browser;

const LOOKS = [
  ['light', 1440],
  ['dark', 390],
] as const;
/** With RUNYARD_TEST_LENGTH=full. */
const OTHER_LOOKS = [
  ['dark', 1440],
  ['light', 390],
] as const;

describe.skipIf(!hasChromium)('every page of the dashboard', () => {
  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ scene, browser } = dashboard);
  });
  afterAll(() => dashboard.close());

  it.each(isFull ? [...LOOKS, ...OTHER_LOOKS] : LOOKS)(
    'in %s colours at %i pixels: no serious finding of axe, no error in the console, nothing wider than the page',
    async (theme, width) => {
      const { page, complaints } = await openSignedIn(browser, scene.server, { look: { width, theme } });
      const found = await pageFaults(page, scene.server.url, addressesOf(scene.runs));
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );
});
