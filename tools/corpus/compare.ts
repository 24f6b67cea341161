import type { CheckKind, CheckResult, Diagnostic, Verdict } from '../../src/domain/verdict.ts';
import type { ExpectedGuard, ExpectedProblem, RightCase, WrongCase } from './corpus-file.ts';

export type LineOf = (file: string, text: string) => number | null;

/** What of a right change's verdict a fair reader would not accept; empty: nothing. */
export function compareRight(spec: RightCase, verdict: Verdict): string[] {
  const alarms = verdict.guards.filter(
    ({ guard, action }) => action === 'block' || !spec.mayTell.includes(guard),
  );
  return [
    ...(verdict.status === 'passed' ? [] : [`${verdict.status} instead of passed: ${namesOf(verdict)}`]),
    ...alarms.map(({ guard, action, message }) => `false alarm of ${guard} (${action}): ${message}`),
    ...(verdict.preexisting.length > 0 && spec.warning === undefined
      ? [`the base is red: ${namesOf(verdict)}`]
      : []),
    ...(spec.warning !== undefined && !verdict.warnings.some((words) => words.includes(spec.warning ?? ''))
      ? [`no warning says "${spec.warning}"`]
      : []),
  ];
}

export function compareWrong({ expect }: WrongCase, verdict: Verdict, lineOf: LineOf): string[] {
  return 'guard' in expect ? compareGuard(expect, verdict) : compareProblem(expect, verdict, lineOf);
}

function compareGuard(expect: ExpectedGuard, verdict: Verdict): string[] {
  const { guard, action, file, status = action === 'block' ? 'failed' : 'passed' } = expect;
  const found = verdict.guards.filter((finding) => finding.guard === guard);
  const right = found.some((finding) => finding.action === action && (file ?? finding.file) === finding.file);
  const got = found.map((finding) => `${finding.action} in ${finding.file ?? 'no file'}`).join(', ');
  return [
    ...(verdict.status === status ? [] : [`${verdict.status} instead of ${status}: ${namesOf(verdict)}`]),
    ...(right ? [] : [`${guard} says ${got || 'nothing'} instead of ${action} in ${file ?? 'any file'}`]),
  ];
}

function compareProblem(expect: ExpectedProblem, verdict: Verdict, lineOf: LineOf): string[] {
  if (verdict.status !== 'failed') return [`${verdict.status} instead of failed`];
  const kinds = expect.check.map((kind) => [kind, problemsOf(kind, verdict)] as const);
  const named = kinds.flatMap(([, problems]) => problems);
  if (named.length === 0) {
    const failing = verdict.results
      .filter(({ status }) => status !== 'passed')
      .map(({ check }) => check.name);
    return [`no new failure of ${expect.check.join(' or ')}; not passed: ${failing.join(', ') || 'nothing'}`];
  }
  const reasons = named.map((problem) => differences(expect, problem, lineOf));
  const best = reasons.reduce((least, reason) => (reason.length < least.length ? reason : least));
  return best.length === 0 ? [] : [best.join(', ')];
}

function problemsOf(kind: CheckKind, { results, introduced }: Verdict): Diagnostic[] {
  const isNew = (problem: Diagnostic) => introduced.some((other) => sameProblem(problem, other));
  return results
    .filter(({ check, status }) => check.kind === kind && status !== 'passed')
    .flatMap((result) => [...result.diagnostics.filter(isNew), ...wholeCheck(result, introduced)]);
}

/** A failure nothing could be read from is told by the judge, not by the check. */
function wholeCheck(result: CheckResult, introduced: readonly Diagnostic[]): Diagnostic[] {
  return result.diagnostics.some(({ severity }) => severity === 'error')
    ? []
    : introduced.filter(
        ({ message, symbol }) => symbol === result.check.name || message.includes(result.check.name),
      );
}

/** The judge keeps one of several that name the same place. */
function sameProblem(one: Diagnostic, other: Diagnostic): boolean {
  if (one.fingerprint === other.fingerprint) return true;
  return (
    one.file !== null && one.file === other.file && one.line === other.line && one.category === other.category
  );
}

function differences(expect: ExpectedProblem, problem: Diagnostic, lineOf: LineOf): string[] {
  const { category, file, at, symbol } = expect;
  const line = at !== undefined && file?.[0] !== undefined ? lineOf(file[0], at) : null;
  if (at !== undefined && line === null)
    return [`the expectation "${at}" is in no line of ${file?.[0] ?? 'no file'}`];
  return [
    ...(category.includes(problem.category)
      ? []
      : [`${problem.category} instead of ${category.join(' or ')}`]),
    ...(!file || file.includes(problem.file ?? '')
      ? []
      : [`file ${problem.file} instead of ${file.join(' or ')}`]),
    ...(line === null || line === problem.line ? [] : [`line ${problem.line} instead of ${line}`]),
    ...(!symbol || symbol.includes(problem.symbol ?? '')
      ? []
      : [`symbol ${problem.symbol} instead of ${symbol.join(' or ')}`]),
  ];
}

function namesOf({ introduced, results }: Verdict): string {
  const names = introduced.slice(0, 3).map(({ category, file, line, message }) => {
    return `${category} ${file ?? ''}:${line ?? ''} ${message.slice(0, 120)}`;
  });
  const failing = results
    .filter(({ status }) => status !== 'passed')
    .map(({ check, status }) => `${check.name} ${status}`);
  return [...names, ...failing].join('; ');
}
