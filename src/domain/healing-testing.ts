import type { AttemptRecord, Rung } from './attempt.ts';
import type { Diagnostic, Verdict } from './verdict.ts';

export const small: Rung = { agent: 'builtin', model: 'anthropic/small', attempts: 2 };
export const large: Rung = { agent: 'builtin', model: 'anthropic/large', attempts: 1 };
export const ladder = [small, large];

/** An attempt on a rung of `ladder`. */
export function failed(
  number: number,
  rung: number,
  failure: string | readonly [fingerprint: string, problems: number],
): AttemptRecord {
  const [fingerprint, problems] = typeof failure === 'string' ? [failure, 1] : failure;
  const introduced = Array.from({ length: problems }, () => ({}) as Diagnostic);
  const verdict = {
    status: 'failed',
    fingerprint,
    introduced,
    guards: [],
    results: [],
  } as unknown as Verdict;
  return {
    number,
    rung,
    agent: 'builtin',
    model: ladder[rung]?.model ?? null,
    outcome: 'checks-failed',
    commit: `c${number}`,
    verdict,
    error: null,
    summary: '',
    reportedUsage: null,
    durationMs: 1,
  };
}
