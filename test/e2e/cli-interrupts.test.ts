import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calculatorFiles } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let data: string;
let runWords: string[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  data = path.join(folder, 'data');
  const { folder: repository } = await createRepository(path.join(folder, 'source'), calculatorFiles);
  const agent = path.join(folder, 'slow.sh');
  await writeFile(agent, "#!/bin/sh\ntrap '' TERM\necho half > half.txt\nsleep 600\n", { mode: 0o755 });
  runWords = ['run', '--repo', repository, '--title', 'Slow', '--agent', `command:${agent}`, '--no-plan'];
});
afterEach(() => removeFolder());

/** Sends the signals one after the other, each when its text was printed. */
function signalsAt(...steps: readonly (readonly [text: string, signal: NodeJS.Signals])[]) {
  return (child: ChildProcess) => {
    let output = '';
    let next = 0;
    const look = (chunk: string) => {
      output += chunk;
      const [text, signal] = steps[next] ?? [];
      if (text === undefined || !output.includes(text)) return;
      next++;
      child.kill(signal);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
  };
}

const call = (words: readonly string[], onStart?: (child: ChildProcess) => void) =>
  runCli([...words, '--data-dir', data], onStart ? { onStart } : {});

describe('signals to a command with a control plane of its own', () => {
  it('S4: a command that has done its work keeps its exit code and still ends its database', async () => {
    const { code, stderr } = await call(['runs'], signalsAt(['No runs yet', 'SIGINT']));
    expect(code, stderr).toBe(0);
    expect(processesMentioning(data)).toEqual([]);
  });

  it('S4: nor does a signal change it when the process has nothing left to do but to end', async () => {
    const preload = path.join(folder, 'late.mjs');
    const late =
      "process.once('beforeExit', () => { setTimeout(() => {}, 500); process.kill(process.pid, 'SIGINT'); });";
    await writeFile(preload, late);
    const env = { NODE_OPTIONS: `--import=${preload}` };
    const { code, signal, stderr } = await runCli(['runs', '--data-dir', data], { env });
    expect([code, signal], stderr).toEqual([0, null]);
  });

  it('S4: one that leaves at once tells its database to end', async () => {
    const { code, stderr } = await call(
      runWords,
      signalsAt(
        ['attempt 1', 'SIGINT'],
        ['Cancelling the run', 'SIGINT'],
        ['Stopping', 'SIGINT'],
        ['Still', 'SIGINT'],
      ),
    );
    expect(code, stderr).toBe(130);
    await expect.poll(() => processesMentioning(data), { timeout: 20_000 }).toEqual([]);
  });

  it('I5: logs --follow says that it drives the run itself when nobody else does', async () => {
    const left = await call(runWords, signalsAt(['attempt 1', 'SIGKILL']));
    const id = /^Run (\S+)/m.exec(left.stdout)?.[1] ?? '';
    const printed = await call(['logs', id]);
    expect(printed.stderr).toContain('One run stands still');
    const followed = await call(['logs', id, '--follow'], signalsAt(['attempt 1', 'SIGTERM']));
    expect(followed.code, followed.stderr).toBe(130);
    expect(followed.stderr).toContain('Nothing drove this run');
    expect(followed.stderr).toContain(`serve --data-dir ${data}`);
    expect(processesMentioning(data)).toEqual([]);
  });
});
