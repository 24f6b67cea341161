import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type DashboardScene, startDashboardScene } from './dashboard-scene.ts';
import { temporaryFolder } from './repository.ts';

export interface TestDashboard {
  readonly scene: DashboardScene;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** A server with runs in every state, and a browser to look at it. */
export async function openDashboard(): Promise<TestDashboard> {
  const { folder, remove } = await temporaryFolder();
  const [scene, browser] = await Promise.all([startDashboardScene(folder), startBrowser()]);
  return {
    scene,
    browser,
    async close() {
      await browser.close();
      await scene.close();
      await remove();
    },
  };
}
