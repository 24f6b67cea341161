import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { isAlive, killTree, processIdentity } from '../../src/process/process-identity.ts';
import { startProcess } from '../../src/process/run-process.ts';
import {
  command,
  limits,
  policy,
  processesMarked,
  program,
  run,
  until,
  usableModes,
} from '../fixtures/process-helpers.ts';

const modes = await usableModes();
const strongModes = modes.filter((mode) => mode !== 'none');

async function expectNoneLeft(marker: string): Promise<void> {
  await until(`every process marked ${marker} is gone`, () => processesMarked(marker).length === 0);
  expect(processesMarked(marker)).toEqual([]);
}

describe.each([undefined, ...modes])('sandbox mode %s', (mode) => {
  const sandbox = mode === undefined ? {} : { sandbox: policy(mode) };

  it('S6: a grandchild that keeps stdout open does not hold the result', async () => {
    const marker = randomUUID();
    const result = await run(['python3', program('hold-stdout.py'), marker], sandbox);
    expect(result).toMatchObject({ cause: 'exited', exitCode: 0, stdout: 'main done\n' });
    if (mode !== undefined) await expectNoneLeft(marker);
    for (const pid of processesMarked(marker)) process.kill(pid, 'SIGKILL');
  });

  it('S4: stopping ends the whole tree, also children that ignore TERM', async () => {
    const marker = randomUUID();
    const script = `python3 ${program('ignore-term.py')} ${marker} & wait`;
    const running = startProcess(
      command(['sh', '-c', script], { ...sandbox, onStdoutLine: () => running.stop('cancelled') }),
    );
    expect(await running.result).toMatchObject({ cause: 'stopped' });
    await expectNoneLeft(marker);
  });

  it('S4: inside a sandbox too, TERM comes before KILL', async () => {
    const running = startProcess(
      command(['python3', program('end-in-order.py')], {
        ...sandbox,
        limits: { ...limits, killGraceMs: 20_000 },
        onStdoutLine: (line) => {
          if (line === 'ready') running.stop('cancelled');
        },
      }),
    );
    expect(await running.result).toMatchObject({ cause: 'stopped', stdout: 'ready\nsaved\n' });
  });
});

describe.each(modes)('what a command leaves behind in mode %s', (mode) => {
  it('Q4: a daemon (double fork, setsid, TERM ignored) dies with the command that started it', async () => {
    const marker = randomUUID();
    const result = await run(['python3', program('daemon.py'), marker], { sandbox: policy(mode) });
    expect(result).toMatchObject({ cause: 'exited', exitCode: 0, stdout: 'daemon started\n' });
    await expectNoneLeft(marker);
  });

  it('S4: and when the command is stopped', async () => {
    const marker = randomUUID();
    const running = startProcess(
      command(['python3', program('daemon.py'), marker, 'stay'], {
        sandbox: policy(mode),
        onStdoutLine: () => running.stop('cancelled'),
      }),
    );
    expect((await running.result).cause).toBe('stopped');
    await expectNoneLeft(marker);
  });
});

describe.each(strongModes)('the death of the host in mode %s', (mode) => {
  it('Q4: kill -9 of the process that started it ends everything inside', async () => {
    const marker = randomUUID();
    const spec = command(['python3', program('daemon.py'), marker, 'stay'], { sandbox: policy(mode) });
    const host = spawn(process.execPath, [program('run-from-host.ts'), JSON.stringify(spec)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: host.stdout }), 'line');
    expect(line).toBe('line daemon started');
    expect(processesMarked(marker).length).toBeGreaterThan(0);
    host.kill('SIGKILL');
    await expectNoneLeft(marker);
  });
});

describe('processes of an earlier life', () => {
  it('are recognised by pid and start time, and killed with their children', async () => {
    const marker = randomUUID();
    const child = spawn('sh', ['-c', `python3 ${program('ignore-term.py')} ${marker} & echo up; wait`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const identity = processIdentity(child.pid ?? 0);
    expect(identity).not.toBeNull();
    expect(isAlive(identity!)).toBe(true);
    expect(isAlive({ ...identity!, startTime: '1' })).toBe(false);
    expect(await killTree({ ...identity!, startTime: '1' })).toBe(true);
    expect(isAlive(identity!)).toBe(true);
    expect(await killTree(identity!)).toBe(true);
    await expectNoneLeft(marker);
  });

  it('a pid nobody has is not alive', () => {
    expect(processIdentity(2 ** 30)).toBeNull();
  });
});
