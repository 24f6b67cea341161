import { describe, expect, it } from 'vitest';
import { describeProgress, judgeProgress, type ProgressSnapshot } from './judge-progress.ts';

const MINUTE = 60_000;

function judge(change: Partial<ProgressSnapshot>) {
  return judgeProgress({
    now: 60 * MINUTE,
    lastEventAt: 58 * MINUTE,
    tool: null,
    cpuMs: 0,
    changedAt: 0,
    tokens: null,
    heartbeatAgeMs: 0,
    silenceMs: 5 * MINUTE,
    ...change,
  });
}

describe('judgeProgress', () => {
  it('X5: an agent that spoke a moment ago works, whatever else is to be seen', () => {
    expect(judge({ lastEventAt: 60 * MINUTE - 5_000 })).toMatchObject({ verdict: 'working', reasons: [] });
  });

  it.each<[string, Partial<ProgressSnapshot>]>([
    ['no output, but 40.0s of CPU', { cpuMs: 40_000 }],
    ['no output, but files changed 30.0s ago', { changedAt: 60 * MINUTE - 30_000 }],
    ['no output, but 900 tokens', { tokens: 900 }],
    [
      'no output, but run_command has run for 2m 00s',
      { cpuMs: null, tool: { name: 'run_command', since: 58 * MINUTE } },
    ],
  ])('X5: one sign of life is enough to be only quiet: %s', (words, change) => {
    const judged = judge(change);
    expect(judged.verdict).toBe('quiet');
    expect(describeProgress(judged)).toBe(`quiet for 2m 00s: ${words}`);
  });

  it('S3, X5: nothing to be seen for two minutes is stuck, with everything that was looked at', () => {
    const judged = judge({ tool: { name: 'run_command', since: 57 * MINUTE }, tokens: 0 });
    expect(judged.verdict).toBe('stuck');
    expect(describeProgress(judged)).toBe(
      'seems stuck, quiet for 2m 00s: no output, no CPU, no file changed, no tokens, run_command has not answered for 3m 00s',
    );
  });

  it('X5: thinking may look like nothing for a while, and is called stuck long before the silence limit ends it', () => {
    expect(judge({ lastEventAt: 59 * MINUTE }).verdict).toBe('quiet');
    expect(judge({ lastEventAt: 59 * MINUTE, silenceMs: 90_000 }).verdict).toBe('stuck');
  });

  it('X5: the little that a waiting process uses is no sign of life', () => {
    expect(judge({ cpuMs: 300 }).verdict).toBe('stuck');
  });

  it('S3: a worker that does not report is stuck, whatever it reported before', () => {
    const judged = judge({ lastEventAt: 60 * MINUTE, heartbeatAgeMs: 20_000 });
    expect(judged).toMatchObject({ verdict: 'stuck', reasons: ['no heartbeat of its worker for 20.0s'] });
  });
});
