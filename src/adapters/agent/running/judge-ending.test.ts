import { describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import { createRedactor } from '../../../lib/redact.ts';
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

const redact = createRedactor(['hunter2-hunter2']);

function judge(process: Partial<ProcessResult>, outcome: AgentOutcome | null) {
  const limits = { attemptMs: 60_000, silenceMs: 10_000 };
  const ending: Ending = {
    agent: 'x',
    limits,
    process: { ...exited, ...process },
    outcome,
    stopReason: 'wanted',
    redact,
  };
  const { status, error } = judgeEnding(ending);
  return { status, code: error?.code ?? null };
}

describe('how an attempt of an agent ended', () => {
  it.each<{
    what: string;
    process?: Partial<ProcessResult>;
    outcome?: AgentOutcome;
    status: string;
    code: string | null;
  }>([
    { what: 'said done and exited', outcome: done, status: 'completed', code: null },
    {
      what: 'said done and crashed afterwards',
      process: { exitCode: 1 },
      outcome: done,
      status: 'completed',
      code: null,
    },
    { what: 'exited with 0 and said nothing', status: 'failed', code: 'agent.no-terminal-event' },
    { what: 'exited with 3', process: { exitCode: 3 }, status: 'failed', code: 'agent.failed' },
    {
      what: 'was ended by a signal',
      process: { cause: 'signalled', exitCode: null, signal: 'SIGKILL' },
      status: 'failed',
      code: 'agent.failed',
    },
    { what: 'took too long', process: { cause: 'timed-out' }, status: 'timed-out', code: 'agent.timed-out' },
    {
      what: 'said nothing for too long',
      process: { cause: 'silent' },
      status: 'timed-out',
      code: 'agent.silent',
    },
    {
      what: 'never said anything',
      process: { cause: 'no-first-output' },
      status: 'timed-out',
      code: 'agent.no-first-output',
    },
    { what: 'was stopped', process: { cause: 'stopped' }, status: 'stopped', code: 'agent.stopped' },
    {
      what: 'was stopped after it was done',
      process: { cause: 'stopped' },
      outcome: done,
      status: 'stopped',
      code: 'agent.stopped',
    },
    { what: 'never started', process: { cause: 'not-started' }, status: 'failed', code: 'agent.not-started' },
  ])('$what', ({ process = {}, outcome = null, status, code }) => {
    expect(judge(process, outcome)).toEqual({ status, code });
  });

  it('M3: shows the end of stderr in the error', () => {
    const process: ProcessResult = {
      ...exited,
      exitCode: 2,
      stderr: `${'x'.repeat(9_000)} no such option: --y\n`,
    };
    const limits = { attemptMs: 1, silenceMs: 1 };
    const result = judgeEnding({ agent: 'x', limits, process, outcome: null, stopReason: '', redact });
    expect(result.error?.why).toContain('no such option: --y');
    expect(result.error?.why.length).toBeLessThan(2_200);
    expect(result.stderr.length).toBeLessThan(8_300);
    expect(result.exitCode).toBe(2);
  });

  it('D5: no secret is left in any text of the result', () => {
    const secret = 'hunter2-hunter2';
    const error = toErrorData(
      runyardError('agent.reported-error', { agent: 'x', reason: 'y', detail: secret }, new Error(secret)),
    );
    const outcome = { ...done, summary: `used ${secret}`, error };
    const limits = { attemptMs: 1, silenceMs: 1 };
    const process: ProcessResult = { ...exited, stderr: `key ${secret}` };
    const result = judgeEnding({ agent: 'x', limits, process, outcome, stopReason: '', redact });
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(result.summary).toBe('used [redacted]');
  });
});
