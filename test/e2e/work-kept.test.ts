import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../src/domain/run.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { openStore } from '../../src/store/store.ts';
import { calculatorFiles } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let data: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer;

const env = { RUNYARD_SANDBOX_MODE: 'none', RUNYARD_WORKER_WARM: '0', RUNYARD_SERVER_DRAIN_MS: '1s' };

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  data = path.join(folder, 'data');
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  server = await startServer(data, env);
});
afterEach(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

/** A run whose agent leaves tracked and untracked work, then works until the test folder is gone; at its second start it ends at once. */
async function workingRun({
  limits = {},
  onTerm = 'exit 1',
}: {
  limits?: Partial<RunSpec['limits']>;
  onTerm?: string;
} = {}) {
  const file = path.join(folder, 'agent.sh');
  const again = path.join(folder, 'again');
  const script = `#!/bin/sh
trap '${onTerm}' TERM
[ -e ${again} ] && echo whole > whole.txt && exit 0
touch ${again}
echo half > half.txt
echo '// half' >> src/add.js
echo working
while [ -e ${again} ]; do sleep 0.1; done
`;
  await writeFile(file, script, { mode: 0o755 });
  const spec = testSpec({
    repository: source.folder,
    ticket: { key: 'X-1', title: 'Keep', body: '' },
    agent: `command:${file}`,
    attempts: 1,
    checks: { mode: 'off', allowUnverified: true },
  });
  const id = await server.create({ ...spec, limits: { ...spec.limits, ...limits } });
  await server.waitForEvent(id, ({ type }) => type === 'agent.activity');
  return id;
}

/** What the branch that `runyard salvage --pick` makes holds. */
async function salvaged(id: string, name: string): Promise<string[]> {
  const words = ['salvage', id, '--pick', name, '--branch', 'rescued', '--data-dir', data];
  const { code, stderr } = await runCli(words);
  expect(code, stderr).toBe(0);
  return source.git('diff', '--name-only', 'main...rescued').split('\n');
}

/** A limit of seconds would be over on a slow machine before there is any work. */
async function passDeadline(id: string): Promise<void> {
  const store = await openStore((await startEmbeddedDatabase({ dataDir: data })).connection);
  await sql`update runs set deadline_at = runyard_now() where id = ${id}`.execute(store.db);
  await store.close();
}

const halfDone = ['half.txt', 'src/add.js'];

describe('work is kept before anything is ended or removed', () => {
  it('X1, S5: of a worker that was killed', async () => {
    const id = await workingRun();
    for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
    const { run, snapshots } = await server.settled(id);
    expect(run).toMatchObject({ state: 'succeeded', recoveries: 1 });
    expect(snapshots).toEqual([`refs/runyard/${id}/worker-lost-1`]);
    expect(await salvaged(id, 'worker-lost-1')).toEqual(halfDone);
  });

  it('X1, S5: of a node that was killed, before its successor clears the workspace away', async () => {
    const id = await workingRun();
    await server.kill('SIGKILL');
    server = await startServer(data, env);
    const { run, snapshots } = await server.settled(id);
    expect(run).toMatchObject({ state: 'succeeded', recoveries: 1 });
    expect(snapshots).toEqual([`refs/runyard/${id}/node-lost-1`]);
    expect(await salvaged(id, 'node-lost-1')).toEqual(halfDone);
  });

  it('X1, X3: of a frozen worker that loses its run when its lease ends', async () => {
    const id = await workingRun();
    for (const pid of server.workers()) process.kill(pid, 'SIGSTOP');
    const { run, snapshots } = await server.settled(id);
    expect(run).toMatchObject({ state: 'succeeded', recoveries: 1 });
    expect(snapshots).toEqual([`refs/runyard/${id}/owner-lost-1`]);
    expect(await salvaged(id, 'owner-lost-1')).toEqual(halfDone);
  });

  it('X1, S4: of an agent that throws its work away when it is told to end', async () => {
    const id = await workingRun({ onTerm: 'rm -f half.txt; git checkout -q .; exit 1' });
    await runCli(['cancel', id, '--data-dir', data]);
    const { run, snapshots } = await server.settled(id);
    expect(run.state).toBe('cancelled');
    expect(snapshots).toEqual([`refs/runyard/${id}/before-stop-1`]);
    expect(await salvaged(id, 'before-stop-1')).toEqual(halfDone);
  });

  it.each(['stage', 'run'] as const)('X1, S2: of a run that passes the limit of its %s', async (what) => {
    const id = await workingRun({ limits: what === 'stage' ? { stageMs: 4_000 } : {} });
    if (what === 'run') await passDeadline(id);
    const { run, snapshots } = await server.settled(id);
    expect(run).toMatchObject({ state: 'timed_out', error: { code: 'run.deadline-exceeded' } });
    const [name = ''] = snapshots.map((ref) => ref.split('/').at(-1));
    expect(snapshots).toHaveLength(1);
    expect(await salvaged(id, name)).toEqual(halfDone);
  });

  it('S2, X5, O3: and while it works, show says what it does, what it waits for and until when', async () => {
    const id = await workingRun();
    const { stdout } = await runCli(['show', id, '--data-dir', data]);
    for (const what of ['the next words of the agent', 'attempt 1', 'stage implement', 'the run'])
      expect(stdout).toMatch(new RegExp(`${what}, at most \\S+( \\S+)? more \\(until 20`));
    expect(stdout).toMatch(/^Progress +\d+ %, about \S+( \S+)? left \(/m);
    await expect
      .poll(async () => (await server.show(id)).activity?.text, { timeout: 20_000 })
      .toMatch(/^agent command:/);
    await runCli(['cancel', id, '--data-dir', data]);
    expect((await server.settled(id)).waits).toEqual([]);
  });
});
