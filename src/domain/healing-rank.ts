import type { AttemptRecord } from './attempt.ts';
import { type Diagnostic, nameOfPart, partFails, type Verdict } from './verdict.ts';

/** While these stand, other checks say little: what does not compile is not tested. In the order in which they are looked at. */
const compileCategories = [
  'malformed_patch',
  'git_conflict',
  'syntax_error',
  'config_error',
  'dependency_not_found',
  'dependency_conflict',
  'lockfile_mismatch',
  'integrity_error',
  'engine_mismatch',
  'missing_dependency',
  'import_resolution',
  'missing_export',
  'undefined_symbol',
  'type_error',
  'build_error',
];

/** What an agent can mend by changing the code, after what keeps it from compiling. */
const laterCategories = [
  'guard',
  'secret_detected',
  'runtime_error',
  'crash',
  'test_failure',
  'no_tests',
  'tailwind_invalid_class',
  'css_error',
  'lint',
  'coverage_threshold',
  'format',
];

const order = new Map([...compileCategories, ...laterCategories].map((category, index) => [category, index]));
const compile = new Set(compileCategories);

/** New problems, the cause of others first; what lies outside the code comes last, because the code can be mended meanwhile. */
export function byImportance(problems: readonly Diagnostic[]): Diagnostic[] {
  const place = ({ category }: Diagnostic) => order.get(category) ?? order.size;
  return problems.toSorted((a, b) => place(a) - place(b));
}

/** The problem that decides what follows. */
export function mainProblem({ introduced }: Pick<Verdict, 'introduced'>): Diagnostic | null {
  return byImportance(introduced)[0] ?? null;
}

/** How far an attempt is from passing, the first difference decides: guards that block, what does not compile, what hides other tests, new problems. */
export interface Rank {
  readonly blocked: number;
  readonly compile: number;
  /** 1: it compiles, but tests of the changed files fail or a suite never ended, so others were not run, and nobody knows how many of them fail. */
  readonly hidden: 0 | 1;
  readonly problems: number;
}

export function rankOf({
  introduced,
  guards,
  results,
}: Pick<Verdict, 'introduced' | 'guards' | 'results'>): Rank {
  const broken = introduced.filter(({ category }) => compile.has(category)).length;
  return {
    blocked: guards.filter(({ action }) => action === 'block').length,
    compile: broken,
    // What does not compile is not tested, whichever of its checks says so first.
    hidden: broken === 0 && hidesTests(results) ? 1 : 0,
    problems: introduced.length,
  };
}

/** Below zero: `a` is nearer to passing. */
export function compareRanks(a: Rank, b: Rank): number {
  return a.blocked - b.blocked || a.compile - b.compile || a.hidden - b.hidden || a.problems - b.problems;
}

function hidesTests(results: Verdict['results']): boolean {
  const bad = results.filter(({ status }) => status === 'failed' || status === 'timed-out');
  const names = new Set(bad.map(({ check }) => check.name));
  // A part can be worse although it passed: with fewer tests, say. A suite that never ended has not said all it had to say either.
  return results.some(
    ({ check, status, output }) =>
      (status === 'not-run' && (output === partFails || names.has(nameOfPart(check)))) ||
      (status === 'timed-out' && check.kind === 'test'),
  );
}

type Judged = AttemptRecord & { readonly commit: string; readonly verdict: Verdict };

export function isJudged(attempt: AttemptRecord): attempt is Judged {
  return attempt.commit !== null && attempt.verdict !== null;
}

/** The attempt that is nearest to passing, the latest among equals; null: none was verified. */
export function bestAttempt(attempts: readonly AttemptRecord[]): Judged | null {
  let best: Judged | null = null;
  for (const attempt of attempts.filter(isJudged)) {
    if (!best || compareRanks(rankOf(attempt.verdict), rankOf(best.verdict)) <= 0) best = attempt;
  }
  return best;
}

export function describeRank({ blocked, compile, hidden, problems }: Rank): string {
  const parts = [
    blocked > 0 ? count(blocked, 'guard that blocks', 'guards that block') : '',
    count(problems, 'new problem', 'new problems'),
    compile > 0 ? `${compile} of them ${compile === 1 ? 'keeps' : 'keep'} it from compiling` : '',
    hidden > 0 ? 'not all tests seen' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
