import { describe, expect, it } from 'vitest';
import type { ProcessResult } from '../../../process/types.ts';
import { type Ending, judgeEnding } from './judge-ending.ts';
import type { AgentOutcome } from './stream-reader.ts';

const exited: ProcessResult = {
  command: 'agent',
  cause: 'exited',
  exitCode: 0,
  signal: null,
  stdout: '',
  stderr: '',
  stdoutBytes: 0,
  stderrBytes: 0,
  durationMs: 5,
  error: null,
};
const done: AgentOutcome = {
  summary: 'ok',
  error: null,
  reportedUsage: null,
  reportedCostUsd: null,
  sessionId: null,
};

function judge(process: Partial<ProcessResult>, outcome: AgentOutcome | null) {
  const limits = { attemptMs: 60_000, silenceMs: 10_000 };
  const ending: Ending = {
    agent: 'x',
    limits,
    process: { ...exited, ...process },
    outcome,
    stopReason: 'wanted',
  };
  const { status, error } = judgeEnding(ending);
  return { status, code: error?.code ?? null };
}

describe('how an attempt of an agent ended', () => {
  it.each([
    ['said done and exited', {}, done, 'completed', null],
    ['said done and crashed afterwards', { exitCode: 1 }, done, 'completed', null],
    ['exited with 0 and said nothing', {}, null, 'failed', 'agent.no-terminal-event'],
    ['exited with 3', { exitCode: 3 }, null, 'failed', 'agent.failed'],
    [
      'was ended by a signal',
      { cause: 'signalled', exitCode: null, signal: 'SIGKILL' },
      null,
      'failed',
      'agent.failed',
    ],
    ['took too long', { cause: 'timed-out', exitCode: null }, null, 'timed-out', 'agent.timed-out'],
    ['said nothing for too long', { cause: 'silent', exitCode: null }, null, 'timed-out', 'agent.silent'],
    ['never said anything', { cause: 'no-first-output', exitCode: null }, null, 'timed-out', 'agent.silent'],
    ['was stopped', { cause: 'stopped', exitCode: null }, null, 'stopped', 'agent.stopped'],
    ['was stopped after it was done', { cause: 'stopped', exitCode: null }, done, 'stopped', 'agent.stopped'],
    ['never started', { cause: 'not-started', exitCode: null }, null, 'failed', 'agent.not-started'],
  ] as const)('%s', (_what, process, outcome, status, code) => {
    expect(judge(process, outcome)).toEqual({ status, code });
  });

  it('M3: shows the end of stderr in the error', () => {
    const process: ProcessResult = {
      ...exited,
      exitCode: 2,
      stderr: `${'x'.repeat(9_000)} no such option: --y\n`,
    };
    const limits = { attemptMs: 1, silenceMs: 1 };
    const result = judgeEnding({ agent: 'x', limits, process, outcome: null, stopReason: '' });
    expect(result.error?.why).toContain('no such option: --y');
    expect(result.error?.why.length).toBeLessThan(2_200);
    expect(result.stderr.length).toBeLessThan(8_300);
    expect(result.exitCode).toBe(2);
  });
});
