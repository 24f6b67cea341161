import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calculatorFiles } from './support/calculator.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let data: string;
let go: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer | null;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  data = path.join(folder, 'data');
  go = path.join(folder, 'go');
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
});
afterEach(async () => {
  await server?.kill('SIGKILL');
  await removeFolder();
});

/** An agent that leaves half of its work at once and ends when the test says so. */
async function slowSpec() {
  const file = path.join(folder, 'agent.sh');
  const script = `#!/bin/sh\necho half > half.txt\necho working\nwhile [ ! -e ${go} ]; do sleep 0.05; done\necho whole > whole.txt\n`;
  await writeFile(file, script, { mode: 0o755 });
  const checks = { mode: 'off', allowUnverified: true } as const;
  const ticket = { key: 'D-1', title: 'Drain', body: '' };
  return testSpec({ repository: source.folder, ticket, agent: `command:${file}`, checks });
}

async function startWith(...args: string[]): Promise<TestServer> {
  server = await startServer(
    data,
    { RUNYARD_SANDBOX_MODE: 'none', RUNYARD_SCHEDULER_MAX_RUNS_PER_REPOSITORY: '2' },
    args,
  );
  return server;
}

async function workingRun(node: TestServer): Promise<string> {
  const id = await node.create(await slowSpec());
  await node.waitForEvent(id, ({ type }) => type === 'agent.activity');
  return id;
}

const said = (node: TestServer, text: string) =>
  expect.poll(() => node.output(), { timeout: 20_000 }).toContain(text);

describe('runyard serve that is told to end', () => {
  it('X1, X16: takes no new runs, lets the run in flight end, says so, and leaves', async () => {
    const node = await startWith('--drain', '5m');
    const id = await workingRun(node);
    process.kill(node.pid, 'SIGTERM');
    await said(node, 'Waiting for 1 run in flight, for at most 5m 00s.');
    const refused = await node.post('/api/v1/runs', { spec: await slowSpec() });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await writeFile(go, '');
    await node.ended();
    expect(node.output()).toContain('The last run in flight is over.');
    expect(processesMentioning(data)).toEqual([]);

    const next = await startWith();
    const { run, snapshots } = await next.show(id);
    expect(run).toMatchObject({ state: 'succeeded', epoch: 1, recoveries: 0 });
    expect(snapshots).toEqual([]);
  });

  it.each([
    ['at the limit', '1s', 1, 'The limit of 1.0s is over with 1 run in flight'],
    ['at a second signal', '5m', 2, 'Handing over the runs in flight'],
  ])(
    'X1, S5: hands the run over %s, with its work saved, and it resumes at the next start',
    async (_when, limit, signals, says) => {
      const node = await startWith('--drain', limit);
      const id = await workingRun(node);
      process.kill(node.pid, 'SIGTERM');
      await said(node, 'Waiting for 1 run in flight');
      if (signals > 1) process.kill(node.pid, 'SIGTERM');
      await node.ended();
      expect(node.output()).toContain(says);
      expect(processesMentioning(data)).toEqual([]);

      await writeFile(go, '');
      const next = await startWith();
      const { run, snapshots } = await next.settled(id);
      expect(run).toMatchObject({ state: 'succeeded', epoch: 2, recoveries: 0 });
      expect(snapshots).toEqual([`refs/runyard/${id}/handed-over-1`]);
    },
  );

  it('S4: leaves at once at a third signal', async () => {
    const node = await startWith('--drain', '5m');
    const id = await workingRun(node);
    process.kill(node.pid, 'SIGTERM');
    await said(node, 'Waiting for 1 run in flight');
    process.kill(node.pid, 'SIGTERM');
    process.kill(node.pid, 'SIGTERM');
    await node.ended();
    await writeFile(go, '');
    const next = await startWith();
    expect((await next.settled(id)).run.state).toBe('succeeded');
  });
});
