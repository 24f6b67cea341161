import { describe, expect, it } from 'vitest';
import { startProcess } from '../../src/process/run-process.ts';
import { command, limits, program, run } from '../fixtures/process-helpers.ts';

describe('limits', () => {
  it('S2: the total limit ends a process that is busy, and says so', async () => {
    const result = await run(['sh', '-c', 'while :; do echo busy; sleep 0.05; done'], {
      limits: { ...limits, timeoutMs: 400, silenceMs: 20_000, firstOutputMs: 20_000 },
    });
    expect(result).toMatchObject({ cause: 'timed-out', error: { code: 'process.timed-out' } });
    expect(result.error?.fields['limitMs']).toBe(400);
  });

  it('S2: silence has a limit of its own, which output moves on', async () => {
    const talking = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; sleep 60';
    const result = await run(['sh', '-c', talking], { limits: { ...limits, silenceMs: 500 } });
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
    const result = await run(['sh', '-c', 'for i in 1 2 3 4; do echo $i >&2; sleep 0.2; done'], {
      limits: { ...limits, silenceMs: 600 },
    });
    expect(result.cause).toBe('exited');
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
    const running = startProcess(
      command(['python3', program('ignore-term.py')], {
        limits: { ...limits, timeoutMs: 600, killGraceMs: 900 },
        onStdoutLine: () => running.stop('first'),
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
