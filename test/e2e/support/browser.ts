import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestServer } from './server.ts';

/** Debian's; tests that need it are skipped where it is missing. */
export const chromiumPath = '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    // Its own sandbox refuses root; every page it opens here is ours.
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

export interface Look {
  readonly width: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
}

export interface OpenedPage {
  readonly page: Page;
  /** What it complained about: errors of scripts, of the console, of requests. */
  readonly complaints: string[];
}

/** A new browser profile, signed in by a one-time link as a person would. */
export async function openSignedIn(
  browser: Browser,
  server: Pick<TestServer, 'url' | 'post'>,
  { look, role = 'admin' }: { look: Look; role?: 'viewer' | 'operator' | 'admin' },
): Promise<OpenedPage> {
  const response = await server.post('/api/v1/sign-in-links', { name: 'maria', role });
  const { url } = (await response.json()) as { url: string };
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height ?? 900 },
    colorScheme: look.theme ?? 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`);
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${server.url}/`);
  return { page, complaints };
}
