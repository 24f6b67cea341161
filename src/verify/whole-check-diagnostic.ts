import type { FailureCategory } from '../domain/failure-category.ts';
import type { CheckResult, Diagnostic } from '../domain/verdict.ts';
import { classify } from './classify/classify.ts';
import { toLines } from './parse/plain-text.ts';
import { toDiagnostic } from './parse/problem.ts';

/** A check as one problem, where its output names none: by what its text and exit code say, or that it took too long, or did not run. */
export function wholeCheckDiagnostic(result: CheckResult): Diagnostic {
  const { check, status, exitCode, output } = result;
  if (status === 'timed-out') {
    return toDiagnostic(
      {
        category: 'timeout',
        message: `The check ${check.name} reached its time limit of ${Math.round(check.timeoutMs / 1000)} s.${lastWords(output)}`,
        file: onlyTestFile(check),
        symbol: check.name,
        hint: 'Look for an endless loop, an open handle, a server that is not closed or a watch mode.',
        identity: `timeout ${check.name}`,
      },
      null,
    );
  }
  const found = classify({ text: output, exitCode, tool: check.argv.join(' ') });
  const category: FailureCategory = found.category === 'none' ? 'runtime_error' : found.category;
  return toDiagnostic(
    {
      category,
      message: `${check.name}: ${found.message ?? `ended with exit code ${exitCode ?? 'none'} and said nothing`}`,
      file: found.file,
      line: found.line,
      symbol: found.symbol,
      hint: found.hint,
      ...(status === 'not-run' ? { identity: `not-run ${check.name}` } : {}),
    },
    null,
  );
}

/** A runner that was given a single file did not end because of that file. */
function onlyTestFile({ argv }: CheckResult['check']): string | null {
  const files = argv.slice(1).filter((word) => /^[^-].{0,500}\.(?:[cm]?[jt]sx?|py|go|rs)$/.test(word));
  return argv.length > 1 && files.length === 1 && argv.at(-1) === files[0] ? (files[0] ?? null) : null;
}

/** With most reporters that is the test which was running, or the one before it. */
function lastWords(output: string): string {
  const last = withoutTapDetails(toLines(output)).findLast((line) => /[\p{L}\p{N}]/u.test(line));
  return last === undefined ? '' : ` The last it said: ${last.trim().slice(0, 200)}`;
}

/** TAP puts durations and stacks between the name of a test and that of the next. */
function withoutTapDetails(lines: readonly string[]): string[] {
  let within = false;
  return lines.filter((line) => {
    if (/^\s+---$/.test(line)) within = true;
    if (!within) return true;
    if (/^\s+\.\.\.$/.test(line)) within = false;
    return false;
  });
}
