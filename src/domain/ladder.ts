import type { AttemptRecord, Rung } from './attempt.ts';

export type LadderAction =
  | { readonly kind: 'attempt'; readonly number: number; readonly rung: number; readonly reason: string }
  | { readonly kind: 'deliver'; readonly attempt: AttemptRecord }
  | { readonly kind: 'give-up'; readonly last: AttemptRecord };

/**
 * What comes after the attempts made so far (V5, V6). A rung is tried as often as it says; the same failure twice in a row leaves
 * the rung at once, because a third identical try has never helped.
 */
export function decideNextAttempt(ladder: readonly Rung[], attempts: readonly AttemptRecord[]): LadderAction {
  const last = attempts.at(-1);
  if (!last) return { kind: 'attempt', number: 1, rung: 0, reason: 'first attempt' };
  if (last.outcome === 'passed' || last.outcome === 'unverifiable') return { kind: 'deliver', attempt: last };

  const number = last.number + 1;
  const onRung = attempts.filter((attempt) => attempt.rung === last.rung).length;
  const allowed = ladder[last.rung]?.attempts ?? 0;
  const repeats = repeatsItself(attempts);
  if (onRung < allowed && !repeats) {
    return {
      kind: 'attempt',
      number,
      rung: last.rung,
      reason: `attempt ${last.number} ended with: ${last.outcome}`,
    };
  }
  const next = last.rung + 1;
  if (next >= ladder.length) return { kind: 'give-up', last };
  const reason = repeats ? 'the same failure twice' : `rung ${last.rung + 1} is used up`;
  return { kind: 'attempt', number, rung: next, reason: `escalated: ${reason}` };
}

/** Which attempt's commit the next one should start from: the one with the fewest introduced problems, the latest among equals. */
export function bestAttempt(attempts: readonly AttemptRecord[]): AttemptRecord | null {
  let best: AttemptRecord | null = null;
  for (const attempt of attempts) {
    if (!attempt.commit || !attempt.verdict) continue;
    const problems = attempt.verdict.introduced.length;
    if (!best?.verdict || problems <= best.verdict.introduced.length) best = attempt;
  }
  return best;
}

function repeatsItself(attempts: readonly AttemptRecord[]): boolean {
  const [before, last] = attempts.slice(-2);
  if (!before || !last || before.rung !== last.rung) return false;
  return failureOf(before) === failureOf(last);
}

/** Equal for equal failures: the verdict's fingerprint, the error's code, or the bare outcome. */
function failureOf(attempt: AttemptRecord): string {
  return `${attempt.outcome}:${attempt.verdict?.fingerprint ?? attempt.error?.code ?? ''}`;
}
