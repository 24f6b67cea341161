import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentSpec, nodeEnvironment, processState, watchWorkspaces, writeAgent } from './support/nodes.ts';
import { type ExternalDatabase, startSomePostgres } from './support/postgres.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let database: ExternalDatabase;
let servers: TestServer[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), { 'README.md': 'A repository.\n' });
  database = await startSomePostgres();
  servers = [];
});

afterEach(async () => {
  for (const { pid } of servers) process.kill(pid, 'SIGCONT');
  await Promise.all(servers.map((server) => server.kill('SIGTERM')));
  await database.close();
  await removeFolder();
});

async function node(name: string): Promise<TestServer> {
  const server = await startServer(path.join(folder, name), nodeEnvironment(database.url));
  servers.push(server);
  return server;
}

/** The process of the worker that owns the run in this epoch, by the ledger. */
async function workerOf(id: string, epoch: number): Promise<number> {
  const pidOf = async () => {
    const [row] = await database.query<{ handle: string }>('select handle from resources where key = $1', [
      `worker:${id}:${epoch}`,
    ]);
    return Number(row?.handle.split(':')[1] ?? 0);
  };
  await expect.poll(pidOf, { timeout: 20_000 }).toBeGreaterThan(0);
  return pidOf();
}

/** Resolves when a worker of this epoch says its first word. */
async function untilEpochWorks(id: string, epoch: number): Promise<void> {
  const said = async () =>
    (await database.query('select 1 from run_events where run_id = $1 and epoch = $2 limit 1', [id, epoch]))
      .length;
  await expect.poll(said, { timeout: 40_000, interval: 20 }).toBe(1);
}

/** What workers of an epoch stored after another one owned the run. */
async function lateEvents(id: string): Promise<unknown[]> {
  return database.query(
    `select late.type, late.epoch, late.seq from run_events as late
     where run_id = $1 and epoch = 1 and seq > (select min(seq) from run_events where run_id = $1 and epoch = 2)`,
    [id],
  );
}

const isWorking = ({ type }: { type: string }) => type === 'agent.started' || type === 'attempt.started';

describe('a worker that is frozen for longer than its lease', () => {
  it('Q5, X3: is dead before its successor works, on whatever node of the host', async () => {
    const [a, b] = [await node('a'), await node('b')];
    const id = await a.create(agentSpec(source.folder, await writeAgent(folder, 5), 'FROZEN-1'));
    await a.waitForEvent(id, isWorking);
    const worker = await workerOf(id, 1);
    const watch = watchWorkspaces(['a', 'b'].map((name) => path.join(folder, name)));
    process.kill(worker, 'SIGSTOP');
    await untilEpochWorks(id, 2);
    expect(processState(worker)).toMatch(/gone|Z/);
    const { run } = await b.settled(id);
    watch.stop();
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    expect([run.epoch, run.recoveries, watch.twice]).toEqual([2, 1, []]);
    expect(await lateEvents(id)).toEqual([]);
  });
});

describe('a node that is frozen for longer than the leases of its runs', () => {
  it('Q5, X3, X16: finds its workers ended and its runs taken over, and delivers nothing when it wakes', async () => {
    const [a, b] = [await node('a'), await node('b')];
    // Only one of the two can take it, and that one is frozen.
    const id = await a.create(agentSpec(source.folder, await writeAgent(folder, 5), 'FROZEN-2'));
    await a.waitForEvent(id, isWorking);
    const worker = await workerOf(id, 1);
    const [{ pid: owner } = { pid: 0 }] = await database.query<{ pid: number }>(
      'select nodes.pid from runs join nodes on nodes.id = runs.node_id where runs.id = $1',
      [id],
    );
    const [frozen, other] = owner === a.pid ? [a, b] : [b, a];
    const watch = watchWorkspaces(['a', 'b'].map((name) => path.join(folder, name)));
    process.kill(frozen.pid, 'SIGSTOP');
    await untilEpochWorks(id, 2);
    expect(processState(worker)).toMatch(/gone|Z/);
    process.kill(frozen.pid, 'SIGCONT');
    const { run } = await other.settled(id);
    watch.stop();
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    expect([run.epoch, run.recoveries, watch.twice]).toEqual([2, 1, []]);
    expect(await lateEvents(id)).toEqual([]);
    expect(source.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard').split('\n')).toHaveLength(
      1,
    );

    const [{ told } = { told: 0 }] = await database.query<{ told: number }>(
      `select count(*)::int as told from system_events where type = 'node.lost'`,
    );
    expect(told).toBeLessThanOrEqual(1);
    const next = await frozen.create(agentSpec(source.folder, await writeAgent(folder, 0), 'FROZEN-3'));
    expect((await frozen.settled(next)).run.state).toBe('succeeded');
  });
});

/** Has the node begin to store an event of its run, freezes it there, and lets the database go on: the transaction is open and has the run's row. */
async function freezeInTransaction({ pid }: TestServer): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin; lock table run_events in share mode');
  const waiting = async () =>
    (
      await database.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'run_events'",
      )
    ).length;
  await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0);
  process.kill(pid, 'SIGSTOP');
  await client.query('commit');
  await client.end();
}

describe('a node that is frozen in the middle of a transaction', () => {
  it('Q5, X16: keeps nobody from taking its run over', async () => {
    const agent = path.join(folder, 'talks.sh');
    const script = '#!/bin/sh\nfor i in $(seq 100); do echo "$i"; sleep 0.1; done\necho changed > note.txt\n';
    await writeFile(agent, script, { mode: 0o755 });
    const frozen = await node('a');
    const id = await frozen.create(agentSpec(source.folder, agent, 'FROZEN-4'));
    await frozen.waitForEvent(id, ({ type }) => type === 'agent.activity');
    const other = await node('b');
    await freezeInTransaction(frozen);
    await untilEpochWorks(id, 2);
    const { run } = await other.settled(id);
    expect([run.state, run.epoch, run.recoveries]).toEqual(['succeeded', 2, 1]);
  });
});
