import { byImportance } from '../domain/healing-rank.ts';
import { judgeChecks } from '../domain/judge-check.ts';
import type { CheckResult, Diagnostic, Verdict } from '../domain/verdict.ts';
import { fenced, oneLine, withinBytes } from './brief/fence.ts';
import { hintForDiagnostic } from './classify/hints.ts';
import { introducedBy } from './judge.ts';

const MOST_PROBLEMS = 25;
const MOST_OF_ONE_CHECK = 10;
const LONGEST_MESSAGE = 300;
const LONGEST_DETAIL = 700;
const LONGEST_HINT = 500;
const LONGEST_OUTPUT = 2_500;
const MOST_OUTPUTS = 3;
const LONGEST_FEEDBACK_BYTES = 12_000;

/**
 * What fails now (V4, V5): the problems the change caused by check, the check with the main problem first, each problem with its place and
 * what to do; then the end of the output of the failed checks, bounded.
 */
export function failureFeedback(verdict: Verdict): string {
  const groups = groupsOf(verdict);
  const failed = verdict.results.filter((result) => causedSomething(result, verdict));
  const order = new Map(groups.map(({ check }, index) => [check, index]));
  const outputs = failed
    .toSorted((a, b) => (order.get(a.check.name) ?? order.size) - (order.get(b.check.name) ?? order.size))
    .slice(0, MOST_OUTPUTS)
    .map(outputOf);
  const parts = [
    heading(verdict),
    ...groupTexts(groups),
    ...outputs,
    ...verdict.warnings.map((warning) => `Note: ${oneLine(warning, LONGEST_HINT)}`),
  ];
  return withinBytes(parts.filter((part) => part !== '').join('\n\n'), LONGEST_FEEDBACK_BYTES);
}

function heading({ introduced, results, guards }: Verdict): string {
  const failed = results.filter((result) => result.status === 'failed' || result.status === 'timed-out');
  const names = failed.map(
    ({ check, status }) =>
      `${oneLine(check.name, 80)} (${status === 'timed-out' ? 'time limit reached' : 'failed'})`,
  );
  const blocking = new Set(
    guards.filter(({ action }) => action === 'block').map(({ guard }) => `${guard} (guard)`),
  );
  const who = [...names, ...blocking].join(', ');
  return `Verification found ${introduced.length} new problem(s). Checks: ${who || 'none could run'}.`;
}

interface Group {
  /** null: no check's own, such as one that was taken away. */
  readonly check: string | null;
  readonly problems: readonly Diagnostic[];
}

/** Each new problem once, under the first check that reported it; the group with the main problem first. */
function groupsOf(verdict: Verdict): Group[] {
  const left = new Set(verdict.introduced.map(({ fingerprint }) => fingerprint));
  const groups: Group[] = judgeChecks(verdict).map(({ result, diagnostics }) => {
    const own = diagnostics.filter(({ isNew, fingerprint }) => isNew && left.has(fingerprint));
    for (const { fingerprint } of own) left.delete(fingerprint);
    return { check: result.check.name, problems: byImportance(own) };
  });
  const rest = verdict.introduced.filter(({ fingerprint }) => left.has(fingerprint));
  const all = [...groups, { check: null, problems: byImportance(rest) }].filter(
    ({ problems }) => problems.length > 0,
  );
  const first = byImportance(all.flatMap(({ problems }) => problems.slice(0, 1)));
  const place = ({ problems }: Group) => first.findIndex((problem) => problem === problems[0]);
  return all.toSorted((a, b) => place(a) - place(b));
}

function groupTexts(groups: readonly Group[]): string[] {
  let budget = MOST_PROBLEMS;
  return groups.flatMap(({ check, problems }) => {
    const shown = problems.slice(0, Math.min(MOST_OF_ONE_CHECK, budget));
    budget -= shown.length;
    const name = check === null ? 'Besides' : `Check ${oneLine(check, 80)}`;
    const more = problems.length - shown.length;
    return [
      [
        `### ${name}: ${problems.length} new problem(s)`,
        ...shown.map(problemText),
        ...(more > 0 ? [`- … and ${more} more of this kind`] : []),
      ].join('\n'),
    ];
  });
}

/** Expected and received of a test, the code frame of a compiler: the further lines of a message stand fenced under it. */
function problemText(diagnostic: Diagnostic): string {
  const { file, line, message, category, code } = diagnostic;
  const place = file ? `${oneLine(file, 200)}${line === null ? '' : `:${line}`}: ` : '';
  const [first = '', ...rest] = message.trim().split('\n');
  const name = code ? `${category}, ${oneLine(code, 60)}` : category;
  const hint = oneLine(diagnostic.hint ?? hintForDiagnostic(diagnostic), LONGEST_HINT);
  return [
    `- ${place}${oneLine(first, LONGEST_MESSAGE)} [${name}]`,
    ...(rest.length > 0 ? [fenced(rest.join('\n'), { most: LONGEST_DETAIL })] : []),
    `  What to do: ${hint}`,
  ].join('\n');
}

function causedSomething(result: CheckResult, { baseline }: Verdict): boolean {
  if (result.status === 'passed') return false;
  const before = baseline.find((other) => other.check.name === result.check.name) ?? null;
  return introducedBy(result, before).length > 0;
}

function outputOf({ check, output, exitCode }: CheckResult): string {
  const command = oneLine(check.argv.length > 0 ? check.argv.join(' ') : check.name, 200);
  if (output.trim() === '') return '';
  const head = `### Output of ${oneLine(check.name, 80)} (${command}, exit code ${exitCode ?? 'none'}), its end`;
  return `${head}\n${fenced(output, { most: LONGEST_OUTPUT, keep: 'end' })}`;
}
