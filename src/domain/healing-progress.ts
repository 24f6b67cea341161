import type { AttemptRecord, Rung } from './attempt.ts';
import { bestAttempt, compareRanks, isJudged, rankOf } from './healing-rank.ts';

/** Why further tries of the same agent and model are not worth their cost (V5), with the words that events and reports show. */
export interface Standstill {
  readonly kind: 'repeats' | 'same-files' | 'oscillates' | 'no-progress';
  readonly words: string;
}

/**
 * Looks at what the worker of the last attempt (one agent with one model) did in a row. `repeats`: the same failure twice running.
 * `same-files`: the very files of an earlier attempt of its own. `oscillates`: A, B, A: mending one failure brings the other back.
 * `no-progress`: `patience` attempts and none nearer to passing than the best before them.
 */
export function standstillOf(attempts: readonly AttemptRecord[], patience: number): Standstill | null {
  const last = attempts.at(-1);
  if (!last) return null;
  const own = ownAttempts(attempts, last);
  return repeats(own) ?? sameFiles(own) ?? oscillates(own) ?? noProgress(attempts, own.length, patience);
}

/** The last attempts, as far back as the same agent and model made them. */
function ownAttempts(attempts: readonly AttemptRecord[], last: AttemptRecord): readonly AttemptRecord[] {
  const other = attempts.findLastIndex((attempt) => !isSameWorker(attempt, last));
  return attempts.slice(other + 1);
}

export function isSameWorker(a: Rung | AttemptRecord, b: Rung | AttemptRecord): boolean {
  return a.agent === b.agent && a.model === b.model;
}

function repeats(own: readonly AttemptRecord[]): Standstill | null {
  const [before, last] = own.slice(-2);
  if (!before || !last || failureOf(before) !== failureOf(last)) return null;
  return { kind: 'repeats', words: 'the same failure twice' };
}

function sameFiles(own: readonly AttemptRecord[]): Standstill | null {
  const last = own.at(-1);
  const tree = treeOf(last);
  if (!tree) return null;
  const earlier = own.slice(0, -1).findLast((attempt) => treeOf(attempt) === tree);
  if (!earlier) return null;
  return { kind: 'same-files', words: `it came back to the very files of attempt ${earlier.number}` };
}

function oscillates(own: readonly AttemptRecord[]): Standstill | null {
  const [first, between, last] = own.slice(-3);
  if (!first || !between || !last || failureOf(first) !== failureOf(last)) return null;
  const words = `it goes back and forth: the failure of attempt ${first.number} is back after attempt ${between.number} had mended it`;
  return { kind: 'oscillates', words };
}

function noProgress(attempts: readonly AttemptRecord[], own: number, patience: number): Standstill | null {
  const recent = attempts.slice(-patience);
  const best = bestAttempt(attempts.slice(0, -patience));
  if (own < patience || !best) return null;
  const isNearer = (attempt: AttemptRecord) =>
    isJudged(attempt) && compareRanks(rankOf(attempt.verdict), rankOf(best.verdict)) < 0;
  if (recent.some(isNearer)) return null;
  const many = patience === 1 ? 'the last attempt is' : `the last ${patience} attempts are`;
  return { kind: 'no-progress', words: `${many} not nearer to passing than attempt ${best.number} was` };
}

/** The tree object of what the attempt committed. */
export function treeOf(attempt: AttemptRecord | undefined): string | null {
  return attempt?.tree ?? attempt?.verdict?.tree ?? null;
}

/** Equal for equal failures: the verdict's fingerprint, the error's code, or the bare outcome. */
function failureOf(attempt: AttemptRecord): string {
  return `${attempt.outcome}:${attempt.verdict?.fingerprint ?? attempt.error?.code ?? ''}`;
}
