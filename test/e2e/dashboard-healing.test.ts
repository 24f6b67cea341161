import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openSignedIn } from './support/browser.ts';
import { type Opened, openHealing } from './support/dashboard.ts';
import { healingAddressesOf } from './support/dashboard-addresses.ts';
import type { HealingScene } from './support/healing-scene.ts';
import { pageFaults } from './support/page-faults.ts';

let dashboard: Opened<HealingScene>;

describe.skipIf(!hasChromium)('pages of runs that healed or are held up', () => {
  // Six runs, each with its attempts and checks.
  beforeAll(async () => {
    dashboard = await openHealing();
  }, 300_000);
  afterAll(() => dashboard.close());

  const opened = async (
    look: Parameters<typeof openSignedIn>[2]['look'],
    name: keyof HealingScene['runs'],
  ) => {
    const { browser, scene } = dashboard;
    const { page } = await openSignedIn(browser, scene.server, { look });
    await page.goto(`${scene.server.url}/runs/${scene.runs[name]}`);
    return page;
  };

  it.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)(
    'in %s colours at %i pixels: no serious finding of axe, no error, nothing too wide',
    async (theme, width) => {
      const { browser, scene } = dashboard;
      const { page, complaints } = await openSignedIn(browser, scene.server, { look: { width, theme } });
      const addresses = healingAddressesOf(scene.runs);
      expect(await pageFaults(page, scene.server.url, addresses)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('V5: name what was rolled back and what was mended without a model', async () => {
    const back = await opened({ width: 1440 }, 'rolledBack');
    const rolledBack = back.getByText('Rolled back to attempt 1: attempt 2 made it worse');
    await rolledBack.waitFor();
    expect(await rolledBack.count()).toBe(1);
    const formatted = await opened({ width: 1440 }, 'formatted');
    const mended = formatted.getByText('without a model: src/add.js');
    await mended.waitFor();
    expect(await mended.count()).toBe(1);
  });

  it('L2: shows the attempt that had passed and its finding, and delivers that one when it is accepted', async () => {
    const page = await opened({ width: 1440 }, 'disputed');
    await page.getByText('major: Prices that are no number give NaN').click();
    await page.getByText('Suggested: Refuse what is no number').waitFor();
    await page.getByRole('link', { name: 'Look at the diff' }).click();
    await page.getByRole('link', { name: 'Waits for you' }).waitFor();
    await page.getByRole('button', { name: 'Accept the change…' }).click();
    await page.getByText('Its checks passed;').waitFor();
    await page.getByRole('button', { name: 'Accept it' }).click();
    const { server, runs } = dashboard.scene;
    await expect
      .poll(async () => (await server.show(runs.disputed)).run, { timeout: 60_000 })
      .toMatchObject({ state: 'succeeded', delivery: { verified: true } });
  });
});
