import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProcess } from '../../src/process/run-process.ts';
import {
  command,
  limits,
  makeFolder,
  program,
  removeFolder,
  run,
  until,
} from '../fixtures/process-helpers.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** From here on only the test lets time pass: a busy machine does not use up any limit. */
function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

/** A script that says `count` lines, each but the first when it is told to go on, and then does `last`. */
function talker(count: number, { to = '', last = ':' }: { to?: string; last?: string }) {
  const folder = makeFolder();
  onTestFinished(() => removeFolder(folder));
  const wait = `until [ -e ${folder}/$i ]; do sleep 0.01; done`;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return {
    script: `for i in ${numbers.join(' ')}; do echo $i${to}; ${wait}; done; ${last}`,
    goOn: (number: number) => writeFileSync(join(folder, String(number)), ''),
  };
}

describe('limits', () => {
  it('S2: the total limit ends a process that is busy, and says so', async () => {
    const result = await run(['sh', '-c', 'while :; do echo busy; sleep 0.05; done'], {
      limits: { ...limits, timeoutMs: 400, silenceMs: 20_000, firstOutputMs: 20_000 },
    });
    expect(result).toMatchObject({ cause: 'timed-out', error: { code: 'process.timed-out' } });
    expect(result.error?.fields['limitMs']).toBe(400);
  });

  it('S2: silence has a limit of its own, which output moves on', async () => {
    holdTime();
    const { script, goOn } = talker(8, { last: 'exec sleep 60' });
    const lines: string[] = [];
    const running = startProcess(
      command(['sh', '-c', script], {
        limits: { ...limits, silenceMs: 500 },
        onStdoutLine: (line) => lines.push(line),
      }),
    );
    for (let heard = 1; heard <= 8; heard += 1) {
      await until(`it says ${heard}`, () => lines.length === heard);
      vi.advanceTimersByTime(400);
      goOn(heard);
    }
    vi.advanceTimersByTime(100);
    const result = await running.result;
    expect(result).toMatchObject({ cause: 'silent', error: { code: 'process.silent' } });
    expect(result.stdout).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  it('S2: the first output has a limit of its own, and later silence is then judged by the silence limit', async () => {
    const never = await run(['sleep', '60'], {
      limits: { ...limits, firstOutputMs: 200, silenceMs: 20_000 },
    });
    expect(never).toMatchObject({ cause: 'no-first-output', error: { code: 'process.no-first-output' } });
    const once = await run(['sh', '-c', 'echo hello; sleep 60'], {
      limits: { ...limits, firstOutputMs: 20_000, silenceMs: 200 },
    });
    expect(once.cause).toBe('silent');
  });

  it('output on stderr counts as a sign of life', async () => {
    holdTime();
    const { script, goOn } = talker(4, { to: ' >&2' });
    const lines: string[] = [];
    const running = startProcess(
      command(['sh', '-c', script], {
        limits: { ...limits, silenceMs: 600 },
        onStderrLine: (line) => lines.push(line),
      }),
    );
    for (let heard = 1; heard <= 4; heard += 1) {
      await until(`it says ${heard}`, () => lines.length === heard);
      vi.advanceTimersByTime(400);
      goOn(heard);
    }
    expect((await running.result).cause).toBe('exited');
  });
});

describe('being ended', () => {
  it('S4: TERM comes first, and a process that ends in order may say its last words', async () => {
    const running = startProcess(
      command(['python3', program('end-in-order.py')], {
        limits: { ...limits, killGraceMs: 20_000 },
        onStdoutLine: (line) => {
          if (line === 'ready') running.stop('someone cancelled');
        },
      }),
    );
    const result = await running.result;
    expect(result).toMatchObject({ cause: 'stopped', exitCode: 0, stdout: 'ready\nsaved\n' });
    expect(result.error).toMatchObject({ code: 'process.stopped', why: 'someone cancelled' });
  });

  it('S4: KILL follows when TERM is ignored', async () => {
    const running = startProcess(
      command(['python3', program('ignore-term.py')], { onStdoutLine: () => running.stop('enough') }),
    );
    expect(await running.result).toMatchObject({ cause: 'stopped', exitCode: null, signal: 'SIGKILL' });
  });

  it('S4: an abort ends it, and its reason is kept', async () => {
    const controller = new AbortController();
    const result = await run(['sh', '-c', 'echo up; sleep 60'], {
      signal: controller.signal,
      onStdoutLine: () => controller.abort(new Error('the run was cancelled')),
    });
    expect(result).toMatchObject({ cause: 'stopped', error: { why: 'the run was cancelled' } });
  });

  it('the first cause wins', async () => {
    holdTime();
    const running = startProcess(
      command(['python3', program('ignore-term.py')], {
        limits: { ...limits, timeoutMs: 600, killGraceMs: 900 },
        onStdoutLine: () => {
          running.stop('first');
          vi.advanceTimersByTime(900);
        },
      }),
    );
    expect(await running.result).toMatchObject({ cause: 'stopped', error: { why: 'first' } });
  });

  it('stopping twice, or after the end, does no harm', async () => {
    const running = startProcess(command(['true']));
    const result = await running.result;
    running.stop('late');
    running.stop('later');
    running.finishWithin(10);
    expect(result.cause).toBe('exited');
  });
});

describe('a process whose work is done', () => {
  it('S6: is ended after the grace, and counts as exited with 0', async () => {
    const running = startProcess(
      command(['python3', program('ignore-term.py')], { onStdoutLine: () => running.finishWithin(100) }),
    );
    expect(await running.result).toMatchObject({ cause: 'exited', exitCode: 0, signal: null, error: null });
  });

  it('keeps its own exit code when it ends within the grace', async () => {
    const running = startProcess(
      command(['sh', '-c', 'echo done; exit 4'], { onStdoutLine: () => running.finishWithin(5000) }),
    );
    expect(await running.result).toMatchObject({ cause: 'exited', exitCode: 4 });
  });
});
