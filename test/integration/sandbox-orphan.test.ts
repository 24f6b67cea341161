import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { endMarkedBy, endOwnMarked } from '../../src/process/end-marked.ts';
import { prepareLaunch } from '../../src/process/prepare-launch.ts';
import { processIdentity } from '../../src/process/process-identity.ts';
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

it('X13: what runs inside does not see the mark', async () => {
  const { stdout } = await runProcess(spec);
  expect(stdout).toContain('PATH=');
  expect(stdout).not.toContain('RUNYARD_PROCESS');
});
