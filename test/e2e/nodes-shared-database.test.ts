import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFull } from '../stress/support/length.ts';
import { agentSpec, nodeEnvironment, watchWorkspaces, writeAgent } from './support/nodes.ts';
import {
  type ExternalDatabase,
  hasDebianPostgres,
  startDebianPostgres,
  startPostgres18,
  startSomePostgres,
} from './support/postgres.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

const RUNS = 20;

/** So that neither node can have all of the four places. */
const half = { RUNYARD_SCHEDULER_MAX_RUNS_PER_NODE: '2' };

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let database: ExternalDatabase;
let servers: TestServer[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), { 'README.md': 'A repository.\n' });
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGTERM').catch(() => undefined)));
  await database?.close();
  await removeFolder();
});

async function node(name: string, extra: Record<string, string> = {}, maxRuns = 4): Promise<TestServer> {
  const env = { ...nodeEnvironment(database.url, maxRuns), ...extra };
  const server = await startServer(path.join(folder, name), env);
  servers.push(server);
  return server;
}

async function gone(server: TestServer): Promise<void> {
  servers = servers.filter((one) => one !== server);
  await server.kill('SIGKILL');
}

const owners = async () =>
  database.query<{ id: string; node_id: string; epoch: number }>(
    "select id, node_id, epoch from runs where state = 'running' order by id",
  );

async function nodeIds(): Promise<Record<'a' | 'b', string>> {
  const rows = await database.query<{ id: string; pid: number }>('select id, pid from nodes');
  const of = (server: TestServer | undefined) => rows.find(({ pid }) => pid === server?.pid)?.id ?? 'unknown';
  return { a: of(servers[0]), b: of(servers[1]) };
}

describe.each([
  { name: 'PostgreSQL 15 of Debian', start: startDebianPostgres, there: hasDebianPostgres },
  // Every other test uses this version; with the database of Debian beside it, one of both is enough for every change.
  { name: 'PostgreSQL 18', start: startPostgres18, there: isFull || !hasDebianPostgres },
])('two nodes on $name', ({ start, there }) => {
  it.skipIf(!there)(
    'X16, Q5: every run is done once and never on both nodes at once, also when one of them is killed',
    async () => {
      database = await start();
      const agent = await writeAgent(folder, 2);
      const [a, b] = [await node('a', half), await node('b', half)];
      const ids = await nodeIds();
      const watch = watchWorkspaces(['a', 'b'].map((name) => path.join(folder, name)));
      const runs = await Promise.all(
        Array.from({ length: RUNS }, (_, index) =>
          (index % 2 === 0 ? a : b).create(agentSpec(source.folder, agent, `NODE-${index}`)),
        ),
      );
      // Both have agents at work.
      await expect
        .poll(() => new Set([...watch.seen.values()].flatMap((folders) => [...folders])).size, {
          timeout: 60_000,
        })
        .toBe(2);
      await expect
        .poll(async () => (await owners()).filter((run) => run.node_id === ids.b).length, { timeout: 60_000 })
        .toBeGreaterThan(0);
      await gone(b);
      const orphans = (await owners()).filter((run) => run.node_id === ids.b).map(({ id }) => id);
      await expect
        .poll(async () => (await owners()).filter((run) => run.node_id === ids.b), {
          timeout: 40_000,
          interval: 100,
        })
        .toEqual([]);
      const ended = await Promise.all(runs.map((id) => a.settled(id)));
      watch.stop();
      expect(ended.filter(({ run }) => run.state !== 'succeeded').map(({ run }) => run.error)).toEqual([]);
      expect(watch.twice).toEqual([]);
      for (const { run } of ended) {
        expect(run.epoch, run.id).toBe(orphans.includes(run.id) ? 2 : 1);
        expect(run.recoveries, run.id).toBe(orphans.includes(run.id) ? 1 : 0);
      }
      const branches = source.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard').split('\n');
      expect(branches).toHaveLength(RUNS);
      await expect
        .poll(() => readdirSync(path.join(folder, 'a/workspaces')), { timeout: 20_000 })
        .toEqual([]);
      expect(processesMentioning(path.join(folder, 'b/workspaces'))).toEqual([]);
      const told = async (kind: string) => {
        const events = await database.query<{ type: string; subject: string }>(
          'select type, subject from system_events order by id',
        );
        return events.filter(({ type }) => type === kind).map(({ subject }) => subject);
      };
      expect(await told('node.started')).toContain(`node:${ids.a}`);
      await expect.poll(() => told('node.lost'), { timeout: 60_000 }).toEqual([`node:${ids.b}`]);
      const duty = { name: 'node-watch', holder: ids.a };
      await expect
        .poll(async () => JSON.stringify(await a.get('/api/v1/health')), { timeout: 20_000 })
        .toContain(JSON.stringify(duty).slice(0, -1));
    },
    180_000,
  );
});

/** Two attempts: the first one passes no check, the second one lasts until there is the file. */
const failsFirst = (go: string) => `#!/bin/sh
if [ -e first.txt ]; then while [ ! -e ${go} ]; do sleep 0.1; done; echo right > note.txt; else echo wrong > note.txt; echo 1 > first.txt; fi
`;

async function killedInSecondAttempt(more: Record<string, string>) {
  const agent = path.join(folder, 'agent.sh');
  const signs = path.join(folder, 'signs');
  const go = path.join(signs, 'go');
  await mkdir(signs);
  await writeFile(agent, failsFirst(go), { mode: 0o755 });
  const extra = { ...more, RUNYARD_SANDBOX_READABLE: JSON.stringify([signs]) };
  const check = [{ name: 'note', command: ['grep', '-q', 'right', 'note.txt'] }];
  const a = await node('a', extra);
  const spec = {
    ...agentSpec(source.folder, agent, 'TAKE-1'),
    checks: { mode: 'auto' as const, commands: check, allowUnverified: false },
  };
  const id = await a.create(spec);
  await a.waitForEvent(
    id,
    ({ type, data }) => type === 'attempt.started' && (data as { attempt: number }).attempt === 2,
  );
  const b = await node('b', extra);
  await gone(a);
  await writeFile(go, '');
  return { b, details: await b.settled(id), id };
}

describe('the run of a node that died', () => {
  beforeEach(async () => {
    database = await startSomePostgres();
  });

  it('S5, X16: starts from the base commit, with a warning, where its commits lie on the dead node', async () => {
    const { b, details, id } = await killedInSecondAttempt({});
    expect(details.run.state, JSON.stringify(details.run.error)).toBe('succeeded');
    expect(details.attempts.map(({ outcome }) => outcome)).toEqual(['checks-failed', 'passed']);
    const { events } = await b.events(id, 0);
    const warnings = events.filter(({ type }) => type === 'run.warning').map(({ data }) => data);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'checkpoint.elsewhere' }));
  });

  it('S5, X16: goes on from its last checkpoint where artifacts.dir is shared', async () => {
    const { b, details, id } = await killedInSecondAttempt({
      RUNYARD_ARTIFACTS_DIR: path.join(folder, 'shared'),
    });
    expect(details.run.state, JSON.stringify(details.run.error)).toBe('succeeded');
    const { events } = await b.events(id, 0);
    expect(events.filter(({ type }) => type === 'attempt.started')).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'run.warning').map(({ data }) => data)).not.toContainEqual(
      expect.objectContaining({ code: 'checkpoint.elsewhere' }),
    );
  });

  it('X16: what it delivered can be shown and undone on any node', async () => {
    const agent = await writeAgent(folder, 0);
    const a = await node('a');
    const id = await a.create(agentSpec(source.folder, agent, 'SHOW-1'));
    expect((await a.settled(id)).run.state).toBe('succeeded');
    await gone(a);
    const b = await node('b');
    expect((await b.show(id)).run.state).toBe('succeeded');
    const diff = await b.get(`/api/v1/runs/${id}/diff`);
    expect(JSON.stringify(diff)).toContain('note.txt');
    const undone = await b.post(`/api/v1/runs/${id}/rollback`, { mode: 'revert', by: 'a test' });
    expect(undone.status, await undone.text()).toBe(200);
  });
});

/** Puts the node's own clock an hour ahead. */
const shiftedClock = `
const { now } = Date; const SHIFT = Number(process.env.TEST_CLOCK_SHIFT_MS ?? 3_600_000);
const Real = Date;
globalThis.Date = class extends Real { constructor(...given) { if (given.length === 0) super(now() + SHIFT); else super(...given); } static now() { return now() + SHIFT; } };
`;

describe('a node whose clock is an hour wrong', () => {
  it('Q5: takes no run from another node and loses none', async () => {
    database = await startSomePostgres();
    const preload = path.join(folder, 'clock.mjs');
    await writeFile(preload, shiftedClock);
    const agent = await writeAgent(folder, 4);
    const a = await node('a', half, 4);
    const b = await node('b', { ...half, NODE_OPTIONS: `--import=${preload}` }, 4);
    const runs = await Promise.all(
      [1, 2, 3, 4].map((n) => a.create(agentSpec(source.folder, agent, `CLOCK-${n}`))),
    );
    const busy = async () => new Set((await owners()).map((run) => run.node_id)).size;
    await expect.poll(busy, { timeout: 30_000 }).toBe(2);
    const ended = await Promise.all(runs.map((id) => b.settled(id)));
    expect(ended.map(({ run }) => [run.state, run.epoch, run.recoveries])).toEqual(
      runs.map(() => ['succeeded', 1, 0]),
    );
  });
});
