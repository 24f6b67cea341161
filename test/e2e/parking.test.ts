import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { type ScriptedModelOptions, startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightSource } from './support/calculator.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

const MINUTE = 60_000;
const key = 'provider:scripted';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;
let env: Record<string, string>;
let store: Store;
let model: Awaited<ReturnType<typeof startScriptedModel>> | null = null;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  // Before any run: runs that shall meet the same trouble start together.
  for (const name of ['one', 'two', 'three', 'four']) {
    await createRepository(path.join(folder, name), calculatorFiles);
  }
});

afterEach(async () => {
  await store.close();
  await server.kill('SIGTERM');
  await model?.close();
  await removeFolder();
});

/** A server whose provider `scripted` speaks Anthropic and `scripted-openai` OpenAI, both played by the same program. */
async function start(
  scenario: ScenarioInput,
  play: Pick<ScriptedModelOptions, 'before'> = {},
): Promise<void> {
  model = await startScriptedModel(scenario, play);
  const settings = { breakers: { personMs: '2m' } };
  ({ env } = await writeScriptedConfig({ folder, modelUrl: model.url, settings }));
  server = await startServer(path.join(folder, 'data'), env);
  // Attaches to the server's own, for the clock of waits.
  store = await openStore((await startEmbeddedDatabase({ dataDir: path.join(folder, 'data') })).connection);
}

async function accept(name: string, provider = 'scripted'): Promise<string> {
  const source = { folder: path.join(folder, name) };
  const options = {
    repository: source.folder,
    ticket: addTicket,
    model: `${provider}/claude-sonnet-5`,
    attempts: 1,
  };
  const spec = testSpec(options);
  return server.create({ ...spec, limits: { ...spec.limits, parkMs: 60 * MINUTE, queueMs: 120 * MINUTE } });
}

function parked(id: string): Promise<void> {
  return server.waitForEvent(
    id,
    ({ type, data }) => type === 'run.state-changed' && (data as { to: string }).to === 'waiting',
  );
}

/** Nobody owns a run in these moments, so leases do not mind. */
async function pass(ms: number): Promise<void> {
  await sql`update clock_shift set shift = shift + ${ms} * interval '1 ms'`.execute(store.db);
}

async function breakerEvents(): Promise<string[]> {
  const events = await readSystemEvents(store.db, { limit: 50, subject: key });
  return events.map(({ type }) => type).reverse();
}

async function why(id: string): Promise<unknown> {
  const token = { authorization: `Bearer ${server.token}` };
  const response = await fetch(`${server.url}/api/v1/runs/${id}/why`, { headers: token });
  return response.json();
}

async function expectSuccess(id: string): Promise<void> {
  const { run, attempts } = await server.settled(id);
  expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
  expect(attempts).toHaveLength(1);
}

/** Nobody is answered before both runs are under way: trouble of the one would keep the other from beginning. */
function untilTwoAsk(): () => Promise<void> {
  const both = Promise.withResolvers<void>();
  let asked = 0;
  return () => {
    asked += 1;
    if (asked === 2) both.resolve();
    return both.promise;
  };
}

/** Two requests are struck; whatever comes after them is served. */
const struck = (fault: object): ScenarioInput => ({
  conversations: [
    {
      name: 'other provider',
      match: { protocol: 'openai' },
      steps: [{ write: { path: 'src/add.js', content: rightSource } }, { finish: 'Done.' }],
    },
    {
      name: 'attempt',
      steps: [
        { write: { path: 'src/add.js', content: rightSource } },
        { finish: 'Done.', fault: { kind: 'status', times: 2, ...fault } as never },
      ],
    },
  ],
});

const troubles = [
  ['429 with a time to come back', { status: 429, headers: { 'retry-after': '600' } }, 'waiting.quota'],
  ['529 for a while', { status: 529, headers: { 'retry-after': '600' } }, 'waiting.breaker'],
  ['401 in the middle of the runs', { status: 401 }, 'waiting.breaker'],
] as const;

describe('a provider in trouble', () => {
  it.each(troubles)(
    'M6, X7: %s parks two runs with one event, both go on and succeed in their first attempt, another provider is not touched',
    async (_name, fault, situation) => {
      await start(struck(fault), { before: untilTwoAsk() });
      const runs = await Promise.all([accept('one'), accept('two')]);
      await Promise.all(runs.map(parked));
      expect(await breakerEvents()).toEqual(['breaker.opened']);
      expect(await why(runs[0] ?? '')).toMatchObject({ class: situation, next: expect.any(Array) });

      const late = await accept('three');
      const other = await accept('four', 'scripted-openai');
      await expectSuccess(other);
      expect(await why(late)).toMatchObject({ state: 'queued', class: 'queued.breaker' });

      await pass(11 * MINUTE);
      await Promise.all([...runs, late].map(expectSuccess));
      expect(await breakerEvents()).toEqual(['breaker.opened', 'breaker.half-opened', 'breaker.closed']);
    },
    180_000,
  );

  it('X1, X7: what the interrupted attempt had done is there when the run goes on', async () => {
    await start({
      conversations: [
        {
          name: 'attempt',
          steps: [
            { read: 'src/add.js' },
            { write: { path: 'src/add.js', content: rightSource } },
            { finish: 'Done.', fault: { kind: 'status', status: 429, headers: { 'retry-after': '600' } } },
          ],
        },
      ],
    });
    const id = await accept('one');
    await parked(id);
    // The run waits already while its node still saves what the worker left.
    await expect
      .poll(() => why(id), { timeout: 20_000 })
      .toMatchObject({ saved: [expect.stringContaining('(parked)')] });
    await pass(11 * MINUTE);
    await expectSuccess(id);
    const seen = model?.requests.filter(({ step }) => step === 1).map(({ rawBody }) => rawBody) ?? [];
    expect(seen.map((body) => body.includes('return a + b'))).toEqual([false, true]);
  }, 120_000);
});
