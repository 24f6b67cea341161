import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { startEmbeddedDatabase } from '../src/store/embedded/embedded-database.ts';
import { openStore } from '../src/store/store.ts';
import { openSignedIn, startBrowser } from '../test/e2e/support/browser.ts';
import { addLongLog } from './dashboard/long-log.ts';
import { describeMachine } from './measure/machine.ts';
import { type IdleNode, startIdleNode } from './measure/start-idle-node.ts';
import { rounded, summaryOf } from './measure/statistics.ts';
import { fillDatabase } from './scale/fill-database.ts';

/**
 * `npm run bench:dashboard`: how long the dashboard takes to paint what a person came for, how much script it needs for that, and how it
 * behaves with a log of 50 MB; in Debian's chromium, each sample with an empty cache. Writes bench/results/dashboard.json.
 */
const resultFile = path.join(import.meta.dirname, 'results/dashboard.json');
const SAMPLES = 9;
const SIZE = { runs: 5_000, events: 100_000 };
const LOG_BYTES = 50_000_000;
const WHEEL_TURNS = 120;

const readPaint = `({
  firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
  contentMs: performance.now(),
  scriptBytes: performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

const dataDir = await mkdtemp(path.join(tmpdir(), 'runyard-dashboard-'));
const database = await startEmbeddedDatabase({ dataDir });
try {
  const runId = await prepare();
  const node = await startIdleNode(dataDir);
  const browser = await startBrowser();
  try {
    await report(await measurePaint(browser, node), await measureLog(browser, node, runId));
  } finally {
    await browser.close();
    await node.stop();
  }
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function prepare(): Promise<string> {
  const store = await openStore(database.connection);
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    await fillDatabase(client, SIZE, () => undefined);
    return await addLongLog(client, LOG_BYTES);
  } finally {
    await client.end();
    await store.close();
  }
}

/** First contentful paint as the browser reports it, and the time until the overview's own content is on the screen. */
async function measurePaint(browser: Browser, node: IdleNode) {
  const samples: { firstPaintMs: number; contentMs: number; scriptBytes: number }[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { page } = await signedIn(browser, node);
    await page.context().storageState();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(`${node.url}/`, { waitUntil: 'commit' });
    await page.getByText('Success rate').waitFor();
    samples.push(await page.evaluate<(typeof samples)[number]>(readPaint));
    await page.context().close();
  }
  return {
    firstPaintMs: summaryOf(samples.map(({ firstPaintMs }) => rounded(firstPaintMs))),
    contentMs: summaryOf(samples.map(({ contentMs }) => rounded(contentMs))),
    scriptBytes: samples.at(-1)?.scriptBytes ?? 0,
  };
}

async function measureLog(browser: Browser, node: IdleNode, runId: string) {
  const { page } = await signedIn(browser, node);
  await page.goto(`${node.url}/runs/${runId}?tab=log`);
  const startedAt = performance.now();
  await page.getByRole('log').waitFor();
  const firstLinesMs = rounded(performance.now() - startedAt);
  await page.getByText(/^[\d,]+ lines$/).waitFor({ timeout: 120_000 });
  const wholeMs = rounded(performance.now() - startedAt);
  const lines = Number((await page.getByText(/^[\d,]+ lines$/).textContent())?.replaceAll(/\D/g, ''));
  const frames = await scroll(page);
  const searchedAt = performance.now();
  await page.getByLabel('Search in the log').fill('needle');
  await page.getByText(/1 of 1$/).waitFor();
  return {
    bytes: LOG_BYTES,
    lines,
    firstLinesMs,
    wholeMs,
    ...frames,
    searchMs: rounded(performance.now() - searchedAt),
  };
}

/** Frames that are late are what a person calls lag. */
async function scroll(page: Page) {
  await page.evaluate(`{
    window.frames_ = []; let last = performance.now();
    const tick = (now) => { window.frames_.push(now - last); last = now; if (window.frames_.length < 10000) requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  }`);
  await page.getByRole('log').hover();
  for (let turn = 0; turn < WHEEL_TURNS; turn++) await page.mouse.wheel(0, turn % 2 === 0 ? -4_000 : -300);
  const gaps = await page.evaluate<number[]>('window.frames_');
  const { median, p95, max } = summaryOf(gaps.map((gap) => rounded(gap)));
  return { frameMs: { median, p95, max } };
}

function signedIn(browser: Browser, { url, token }: IdleNode) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (route: string, body: unknown) =>
    fetch(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return openSignedIn(browser, { url, post }, { look: { width: 1440 } });
}

async function report(
  paint: Awaited<ReturnType<typeof measurePaint>>,
  log: Awaited<ReturnType<typeof measureLog>>,
) {
  const result = {
    what: 'the overview from an empty cache, and a log of 50 MB, in a browser on the same machine',
    command: 'npm run bench:dashboard',
    date: new Date().toISOString(),
    machine: await describeMachine(),
    samples: SAMPLES,
    overview: { ...paint, bars: { contentMs: 1000, scriptBytes: 250_000 } },
    log,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
}
