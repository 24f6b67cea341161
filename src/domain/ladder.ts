import type { AttemptRecord, Rung } from './attempt.ts';

export type LadderAction =
  | { readonly kind: 'attempt'; readonly number: number; readonly rung: number; readonly reason: string }
  | { readonly kind: 'deliver'; readonly attempt: AttemptRecord }
  | { readonly kind: 'give-up'; readonly last: AttemptRecord; readonly because: GiveUpCause };

/** `needs-human`: no further attempt can mend it. `repeats`: the same failure twice, and no other agent or model is left. */
export type GiveUpCause = 'needs-human' | 'repeats' | 'used-up';

/**
 * What comes after the attempts made so far (V5, V6). A rung is tried as often as it says. The same failure twice in a row leaves the
 * agent and the model that made it at once, because a third identical try has never helped. What only a person can mend (a key that is
 * refused, an agent that is not installed) ends the ladder.
 */
export function decideNextAttempt(ladder: readonly Rung[], attempts: readonly AttemptRecord[]): LadderAction {
  const last = attempts.at(-1);
  if (!last) return { kind: 'attempt', number: 1, rung: 0, reason: 'first attempt' };
  if (last.outcome === 'passed' || last.outcome === 'unverifiable') return { kind: 'deliver', attempt: last };

  if (last.error?.kind === 'needs-human') return { kind: 'give-up', last, because: 'needs-human' };

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
  const next = ladder.findIndex((rung, index) => index > last.rung && !(repeats && isSameWorker(rung, last)));
  if (next === -1) return { kind: 'give-up', last, because: repeats ? 'repeats' : 'used-up' };
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
  if (!before || !last || !isSameWorker(before, last)) return false;
  return failureOf(before) === failureOf(last);
}

function isSameWorker(a: Rung | AttemptRecord, b: AttemptRecord): boolean {
  return a.agent === b.agent && a.model === b.model;
}

/** Equal for equal failures: the verdict's fingerprint, the error's code, or the bare outcome. */
function failureOf(attempt: AttemptRecord): string {
  return `${attempt.outcome}:${attempt.verdict?.fingerprint ?? attempt.error?.code ?? ''}`;
}
