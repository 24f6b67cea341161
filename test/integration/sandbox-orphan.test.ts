import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { endMarkedBy, endOwnMarked, MARK_NAME } from '../../src/process/end-marked.ts';
import { findOrphanedProcesses } from '../../src/process/orphaned-processes.ts';
import { prepareLaunch } from '../../src/process/prepare-launch.ts';
import { killTree, processIdentity } from '../../src/process/process-identity.ts';
import { treeOf } from '../../src/process/process-table.ts';
import { runProcess } from '../../src/process/run-process.ts';

const sandbox = {
  mode: 'bubblewrap',
  writable: [],
  readable: [],
  masked: [],
  bridges: [],
  network: 'none',
} as const;
const limits = { timeoutMs: 20_000, killGraceMs: 500, maxOutputBytes: 4_096 };
const spec = {
  argv: ['/usr/bin/env'],
  cwd: '/usr',
  env: { PATH: '/usr/bin:/bin', TMPDIR: tmpdir() },
  limits,
  sandbox,
} as const;

/** The first process of its namespace; it says that it began, and becomes no other program: one that is about to has no environment for a moment. */
const WAITS = 'echo begun; read -r nothing';

/** What bwrap leaves when it is killed between making its child and letting it begin. */
function startOrphan() {
  const launch = prepareLaunch(spec);
  if (!launch.ok) throw launch.error;
  const orphan = spawn('sleep', ['1000'], { env: launch.value.env, stdio: 'ignore', detached: true });
  return once(orphan, 'exit');
}

it('G2, S5: a sandbox that was cut off before it was set up is found by its starter’s mark', async () => {
  const ended = startOrphan();
  const starter = processIdentity(process.pid);
  if (!starter) throw new Error('no process table');
  await endMarkedBy(starter);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('G2, S4: a process that ends at once takes it with it', async () => {
  const ended = startOrphan();
  endOwnMarked();
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('G2, S5: where its node is gone, too, the next one finds it, though it has a PID namespace of its own', async () => {
  const starter = spawn('sleep', ['1000']);
  const starterId = processIdentity(starter.pid ?? 0);
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  const mark = (owner: string) => `${starter.pid}.${starterId?.startTime}.${owner}.x`;
  const start = async (owner: string) => {
    const unshared = spawn('unshare', ['--user', '--map-root-user', '--pid', '--fork', 'sh', '-c', WAITS], {
      env: { PATH: process.env['PATH'], [MARK_NAME]: mark(owner) },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    await once(unshared.stdout, 'data');
    return unshared;
  };
  const [mine, others] = await Promise.all([start('node-a'), start('node-b')]);
  try {
    const found = findOrphanedProcesses('node-a').map(({ pid }) => pid);
    const inside = treeOf(mine.pid ?? 0).map(({ pid }) => pid);
    expect(inside).not.toEqual([]);
    expect(found.toSorted()).toEqual([mine.pid, ...inside].toSorted());
  } finally {
    for (const { pid } of [mine, others])
      if (pid) await killTree({ pid, startTime: processIdentity(pid)?.startTime ?? '' });
  }
});

it('X13: what runs inside does not see the mark', async () => {
  const { stdout } = await runProcess(spec);
  expect(stdout).toContain('PATH=');
  expect(stdout).not.toContain('RUNYARD_PROCESS');
});
