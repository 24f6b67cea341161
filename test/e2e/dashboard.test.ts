import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openSignedIn } from './support/browser.ts';
import { openDashboard, type TestDashboard } from './support/dashboard.ts';
import type { DashboardScene } from './support/dashboard-scene.ts';
import { openRepository } from './support/repository.ts';

const desktop = { width: 1440 };
let dashboard: TestDashboard;
let scene: DashboardScene;
let browser: Browser;

describe.skipIf(!hasChromium)('the dashboard in a browser', () => {
  beforeAll(async () => {
    dashboard = await openDashboard();
    ({ scene, browser } = dashboard);
  });
  afterAll(() => dashboard.close());

  const open = (look: { width: number; theme?: 'light' | 'dark' } = desktop, role?: 'viewer') =>
    openSignedIn(browser, scene.server, { look, ...(role === undefined ? {} : { role }) });
  const visit = async (page: Page, address: string) => {
    await page.goto(`${scene.server.url}${address}`);
    await page.locator('h1').first().waitFor();
  };
  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

  it('I1, O3, V5: start a run, watch it live, approve its plan, see it delivered, look at the difference, roll it back', async () => {
    const { page, complaints } = await open();
    const repository = await scene.repository('shop/live');
    await visit(page, '/runs');
    await button(page, 'New run').click();
    await page.getByLabel('Repository').fill(repository);
    await page.getByLabel('What should be different afterwards').fill('Totals with a discount are too high');
    await page.getByRole('combobox', { name: 'Plan' }).selectOption('approve');
    await button(page, 'Start the run').click();
    await page.waitForURL(/\/runs\/[a-z0-9]{12}/);

    // Nothing is reloaded from here on: the page follows the run by itself.
    await page.getByText('Waits for approval').first().waitFor();
    await page.getByRole('link', { name: 'Plan', exact: true }).click();
    await page.getByText('Make add() add.').waitFor();
    await button(page, 'Approve revision 1').click();
    await page.getByText('Approved; the run goes on.').waitFor();

    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('Succeeded').first().waitFor();
    await page.getByText('Attempt 2', { exact: true }).first().waitFor();
    expect(await page.getByText('Checks failed', { exact: true }).count()).toBe(1);

    await page.getByRole('link', { name: 'Checks', exact: true }).click();
    await page.getByRole('link', { name: 'Attempt 1' }).click();
    await page.getByText('Failed, new').waitFor();
    await page.getByRole('link', { name: 'Diff', exact: true }).click();
    await page.locator('diffs-container').getByText('a + b').first().waitFor();
    await button(page, 'Unified').click();
    await page.locator('diffs-container').getByText('a - b').first().waitFor();

    await button(page, 'Roll back…').click();
    await button(page, 'Roll back').click();
    await page.getByText('Rolled back', { exact: true }).waitFor();
    const git = openRepository(repository);
    const branch = git.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/runyard');
    expect(git.git('show', `${branch}:src/add.js`)).toContain('a - b');
    expect(complaints).toEqual([]);
  });

  it('X11, S4: what an operator does when a run is stuck: find it, ask why, read its log, cancel it, run it again', async () => {
    const { page, complaints } = await open();
    await visit(page, '/');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('link', { name: 'Table' }).click();
    await page.getByLabel('State').selectOption('Working');
    await page.waitForURL(/state=/);
    await page.getByRole('link', { name: 'Speed up the search for products' }).click();
    await page.getByText('It is in stage implement').click();
    await page.getByRole('heading', { name: 'Evidence' }).waitFor();
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByLabel('Search in the log').fill('sleep 600');
    await page.getByText('1 of 1').waitFor();
    await button(page, 'Cancel…').click();
    await button(page, 'Cancel the run').click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    await button(page, 'Run again…').click();
    await button(page, 'Start a new run').click();
    await page.getByText(`again after ${scene.runs.running}`).waitFor();
    await button(page, 'Cancel…').click();
    await button(page, 'Cancel the run').click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('P2, P3, X14: questions are answered, a plan is sent back, revisions stand beside each other', async () => {
    const { page } = await open();
    await visit(page, `/runs/${scene.runs.questions}?tab=plan`);
    await page.getByLabel('Which year does it begin with?').fill('2024');
    await button(page, 'Send the answers').click();
    await page.getByText('Revision 2').first().waitFor();
    await page.getByText('answered by maria').first().waitFor();
    await page.getByLabel('beside').selectOption('1');
    await page.getByText('Revision 1', { exact: false }).first().waitFor();

    await visit(page, `/runs/${scene.runs.approval}?tab=plan`);
    await page.getByLabel('Send it back').fill('approve');
    await button(page, 'Send back').click();
    await page.getByText('Approve revision 2').waitFor();
    await page.getByText('sent back by maria').first().waitFor();
    const { run } = await scene.server.show(scene.runs.approval);
    expect(run.state).toBe('waiting');
  });

  it('X1: a failed run is looked at, its saved work is given back, and it does not ask for anybody any more', async () => {
    const { page, complaints } = await open();
    await visit(page, '/');
    await page.getByRole('link', { name: 'Refunds are counted twice' }).first().click();
    await page.getByRole('heading', { name: 'Evidence' }).waitFor();
    await button(page, 'Give saved work back…').click();
    await button(page, 'Make the branch').click();
    await page.getByText(/The saved work is on runyard\//).waitFor();
    const git = openRepository(await scene.repository('shop/payments'));
    const branches = git.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/runyard').split('\n');
    expect(branches.some((branch) => git.git('show', `${branch}:src/add.js`).includes('b - a'))).toBe(true);

    await page.getByRole('link', { name: /^Overview/ }).click();
    await button(page, 'Seen: Refunds are counted twice').click();
    await button(page, 'Seen: Refunds are counted twice').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('O8: a viewer is offered no action, and what was done stands in the audit log', async () => {
    const { page: viewer } = await open(desktop, 'viewer');
    await visit(viewer, `/runs/${scene.runs.healed}`);
    await viewer.getByText('Succeeded').first().waitFor();
    expect(await viewer.getByRole('button', { name: 'Roll back…' }).count()).toBe(0);
    expect(await viewer.getByRole('link', { name: 'Audit' }).count()).toBe(0);

    const { page } = await open();
    await visit(page, '/audit');
    await page.getByText('cancelRun').first().waitFor();
    await page.getByLabel('Only this actor').fill('maria');
    await page.getByText('signIn').first().waitFor();
  });

  it('markup, scripts and escape sequences of tickets, logs, differences and file names stay text', async () => {
    const { page, complaints } = await open();
    const run = `/runs/${scene.runs.hostile}`;
    for (const address of [
      '/runs',
      '/runs?view=table',
      run,
      `${run}?tab=log`,
      `${run}?tab=diff`,
      `${run}?tab=events`,
    ]) {
      await visit(page, address);
      await page.getByText('onerror', { exact: false }).first().waitFor({ state: 'attached' });
      expect(await page.evaluate<unknown>('window.broken'), address).toBeUndefined();
      expect(await page.locator('img[onerror]').count(), address).toBe(0);
    }
    expect(complaints).toEqual([]);
  });

  it('says that a page or a run does not exist, reconnects by itself, and leads to sign-in without a session', async () => {
    const { page } = await open();
    await page.goto(`${scene.server.url}/runs/none`);
    await page.getByRole('alert').getByText('none').first().waitFor();

    await visit(page, '/');
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).first().waitFor();

    await page.context().clearCookies();
    await page.goto(`${scene.server.url}/queue`);
    await page.getByRole('heading', { name: 'Sign in to Runyard' }).waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/queue');
  });

  it('is worked by the keyboard: the palette finds pages and runs', async () => {
    const { page } = await open();
    await visit(page, '/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Invoices round');
    await page.getByRole('option', { name: /Invoices round/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${scene.server.url}/runs/${scene.runs.delivered}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('queue');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${scene.server.url}/queue`);
    await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
    expect(await page.title()).toBe('Queue · Runyard');
  });
});
