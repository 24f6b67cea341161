import { type Lesson, mostOfferedLessons, type OfferedLesson } from '../domain/lesson.ts';

export interface AskedProblem {
  readonly category: string;
  readonly fingerprint: string;
  readonly symbol: string | null;
  readonly message: string;
}

export interface Candidate {
  readonly lesson: Lesson;
  readonly problem: AskedProblem;
  readonly match: OfferedLesson['match'];
}

const ENOUGH_ANSWERS = 4;
const WORST_RATE = 0.2;
/** Half of the words of the shorter message are in the other. */
const LEAST_OVERLAP = 0.5;
const FEWEST_WORDS = 3;
const RANK = { 'same-problem': 3, 'same-symbol': 2, 'similar-words': 1 } as const;

/**
 * Which lessons an attempt is told, at most three: the surest match first, one that is known to have mended before one that only warns,
 * then by how often it helped. What was told often and hardly ever helped is told no more.
 */
export function chooseLessons(candidates: readonly Candidate[]): OfferedLesson[] {
  const chosen = new Map<string, Candidate>();
  const sorted = candidates.filter(isWorthTelling).toSorted((a, b) => worth(b) - worth(a));
  for (const candidate of sorted) {
    const taken = [...chosen.values()];
    const repeats = taken.some(({ problem, lesson }) =>
      problem === candidate.problem
        ? lesson.scope !== candidate.lesson.scope || candidate.match === 'similar-words'
        : false,
    );
    if (!chosen.has(candidate.lesson.id) && !repeats) chosen.set(candidate.lesson.id, candidate);
    if (chosen.size === mostOfferedLessons) break;
  }
  return [...chosen.values()].map(offered);
}

function isWorthTelling({ lesson, problem, match }: Candidate): boolean {
  const { helped, didNot, remedy, didNotHelp } = lesson;
  if (remedy === null && didNotHelp.length === 0) return false;
  if (helped + didNot >= ENOUGH_ANSWERS && helped / (helped + didNot) < WORST_RATE) return false;
  return match !== 'similar-words' || overlap(lesson.message, problem.message) >= LEAST_OVERLAP;
}

function worth({ lesson, match }: Candidate): number {
  const { remedy, helped, didNot, mendedRuns, scope } = lesson;
  const rate = (helped + 1) / (helped + didNot + 2);
  return (
    RANK[match] * 100 +
    (remedy ? 40 : 0) +
    (scope === 'repository' ? 20 : 0) +
    rate * 10 +
    Math.min(mendedRuns, 9)
  );
}

/** The share of the words of the shorter text that the other one has; 0 where there are too few to tell. */
export function overlap(a: string, b: string): number {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  const [short, long] = first.size <= second.size ? [first, second] : [second, first];
  if (short.size < FEWEST_WORDS) return 0;
  return [...short].filter((word) => long.has(word)).length / short.size;
}

export function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,40}/gu)
      ?.slice(0, 60) ?? [],
  );
}

function offered({ lesson, problem, match }: Candidate): OfferedLesson {
  const { id, scope, category, symbol, message, remedy, didNotHelp, mendedRuns, helped, didNot } = lesson;
  const { fingerprint } = problem;
  return {
    id,
    scope,
    category,
    symbol,
    message,
    remedy,
    didNotHelp,
    mendedRuns,
    helped,
    didNot,
    fingerprint,
    match,
  };
}
