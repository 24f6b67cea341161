import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type DashboardScene, startDashboardScene } from './dashboard-scene.ts';
import { type HealingScene, startHealingScene } from './healing-scene.ts';
import { temporaryFolder } from './repository.ts';

export interface Opened<Scene> {
  readonly scene: Scene;
  readonly browser: Browser;
  close(): Promise<void>;
}
export type TestDashboard = Opened<DashboardScene>;

/** A server with runs in every state, and a browser to look at it. */
export function openDashboard(): Promise<TestDashboard> {
  return open((folder) => startDashboardScene(folder));
}

/** The same with runs that healed or are held up. */
export function openHealing(): Promise<Opened<HealingScene>> {
  return open(startHealingScene);
}

async function open<Scene extends { close(): Promise<void> }>(
  start: (folder: string) => Promise<Scene>,
): Promise<Opened<Scene>> {
  const { folder, remove } = await temporaryFolder();
  const [scene, browser] = await Promise.all([start(folder), startBrowser()]);
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
