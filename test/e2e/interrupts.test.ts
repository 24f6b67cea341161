import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calculatorFiles } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let data: string;
let source: TestRepository;
let removeFolder: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  data = path.join(folder, 'data');
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
});
afterEach(() => removeFolder());

async function runWith(script: string, more: Parameters<typeof runCli>[1] = {}) {
  const agent = path.join(folder, 'agent.sh');
  await writeFile(agent, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const words = [
    'run',
    '--repo',
    source.folder,
    '--title',
    'Try',
    '--agent',
    `command:${agent}`,
    '--no-plan',
  ];
  return runCli([...words, '--no-checks', '--allow-unverified', '--data-dir', data], more);
}

/** Signals once the database of the command's own control plane is up. */
function signalAtDatabase(signal: NodeJS.Signals) {
  return (child: ChildProcess) => {
    void (async () => {
      while (child.exitCode === null && !existsSync(path.join(data, 'postgres/cluster/postmaster.pid')))
        await delay(5);
      child.kill(signal);
    })();
  };
}

describe('a signal leaves no database behind', () => {
  it.each([
    ['runs', ['runs'], 'SIGINT'],
    ['why', ['why', 'nothing'], 'SIGTERM'],
    ['logs --follow', ['logs', 'nothing', '--follow'], 'SIGINT'],
  ] as const)('S4: while the control plane of %s starts', async (_name, words, signal) => {
    const { code, stderr } = await runCli([...words, '--data-dir', data], {
      onStart: signalAtDatabase(signal),
    });
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('Stopping');
    expect(processesMentioning(data)).toEqual([]);
  });

  it('S4, I5: while logs --follow follows a run that nobody else drives, as runs and why say', async () => {
    const first = await runWith('echo started; exec sleep 600', {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          if (text.includes('attempt 1')) child.kill('SIGKILL');
        });
      },
    });
    expect(first.signal).toBe('SIGKILL');
    const id = /^Run (\S+)/m.exec(first.stdout)?.[1] ?? '';
    const list = await runCli(['runs', '--data-dir', data]);
    expect(list.stderr).toContain('One run stands still');
    expect(list.stderr).toContain(`serve --data-dir ${data}`);
    const why = await runCli(['why', id, '--json', '--data-dir', data]);
    // Nobody's until its lease is over, then to be started: that depends on how long the commands took.
    const state = expect.stringMatching(/^(running|starting)$/);
    expect(JSON.parse(why.stdout)).toMatchObject({ state, driven: false });
    let signalled = false;
    const followed = await runCli(['logs', id, '--follow', '--data-dir', data], {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          if (signalled || !text.includes('attempt 1')) return;
          signalled = true;
          child.kill('SIGINT');
        });
      },
    });
    expect(followed.code, followed.stderr).toBe(130);
    expect(processesMentioning(data)).toEqual([]);
  });

  it('S4, S5: twice during a run leaves the run to the next control plane, which ends it as cancelled', async () => {
    let signals = 0;
    const run = await runWith("trap '' TERM; echo started; sleep 600", {
      onStart: (child) => {
        const look = (text: string) => {
          if (
            (signals === 0 && text.includes('attempt 1')) ||
            (signals === 1 && text.includes('does not wait'))
          ) {
            signals++;
            child.kill('SIGINT');
          }
        };
        child.stdout?.on('data', look);
        child.stderr?.on('data', look);
      },
    });
    expect(run.code, run.stderr).toBe(130);
    expect(processesMentioning(data)).toEqual([]);
    const id = /^Run (\S+)/m.exec(run.stdout)?.[1] ?? '';
    const followed = await runCli(['logs', id, '--follow', '--data-dir', data]);
    expect(followed.code, followed.stderr).toBe(0);
    expect(followed.stdout).toContain('cancelled');
  });
});
