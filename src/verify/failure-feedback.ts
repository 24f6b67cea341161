import type { CheckResult, Diagnostic, Verdict } from '../domain/verdict.ts';
import { hintForDiagnostic } from './classify/hints.ts';
import { introducedBy } from './judge.ts';

const MOST_PROBLEMS = 25;
const MOST_OF_ONE_CATEGORY = 8;
const LONGEST_MESSAGE = 600;
const LONGEST_OUTPUT = 3_000;
const LONGEST_FEEDBACK = 16_000;

/**
 * What the next attempt is told about this one (V4, V5): the problems the change caused, each with its place and what to do, then
 * the end of the output of the failed checks, bounded. Old problems are named as such, so that nobody sets out to mend them.
 */
export function failureFeedback(verdict: Verdict): string {
  const failed = verdict.results.filter((result) => result.status !== 'passed');
  const parts = [
    heading(verdict),
    ...groups(verdict.introduced),
    verdict.preexisting.length > 0
      ? `${verdict.preexisting.length} other problem(s) were there before your change; leave them alone.`
      : '',
    ...failed.filter((result) => causedSomething(result, verdict)).map(outputOf),
    ...verdict.warnings.map((warning) => `Note: ${warning}`),
  ];
  return cut(parts.filter((part) => part !== '').join('\n\n'), LONGEST_FEEDBACK);
}

function heading({ introduced, results, guards }: Verdict): string {
  const failed = results.filter((result) => result.status === 'failed' || result.status === 'timed-out');
  const names = failed.map(
    ({ check, status }) => `${check.name} (${status === 'timed-out' ? 'time limit reached' : 'failed'})`,
  );
  const blocking = new Set(
    guards.filter(({ action }) => action === 'block').map(({ guard }) => `${guard} (guard)`),
  );
  const who = [...names, ...blocking].join(', ');
  return `Verification of your change found ${introduced.length} new problem(s). Checks: ${who || 'none could run'}.`;
}

/** Problems by category, the cause of others first as they stand; a hint is said once per category and symbol. */
function groups(introduced: readonly Diagnostic[]): string[] {
  const byCategory = Map.groupBy(introduced, (diagnostic) => diagnostic.category);
  let budget = MOST_PROBLEMS;
  const texts: string[] = [];
  for (const [category, diagnostics] of byCategory) {
    const shown = diagnostics.slice(0, Math.min(MOST_OF_ONE_CATEGORY, budget));
    budget -= shown.length;
    if (shown.length === 0) break;
    const more = diagnostics.length - shown.length;
    const lines = shown.map(problemLine);
    texts.push(
      [`## ${category}`, ...lines, ...(more > 0 ? [`- … and ${more} more of this kind`] : [])].join('\n'),
    );
  }
  return texts;
}

function problemLine(diagnostic: Diagnostic): string {
  const place = diagnostic.file
    ? `${diagnostic.file}${diagnostic.line === null ? '' : `:${diagnostic.line}`}: `
    : '';
  const message = cut(diagnostic.message.replace(/\n/g, '\n  '), LONGEST_MESSAGE);
  return `- ${place}${message}\n  What to do: ${diagnostic.hint ?? hintForDiagnostic(diagnostic)}`;
}

function causedSomething(result: CheckResult, { baseline }: Verdict): boolean {
  const before = baseline.find((other) => other.check.name === result.check.name) ?? null;
  return introducedBy(result, before).length > 0;
}

function outputOf({ check, output, exitCode }: CheckResult): string {
  const command = check.argv.length > 0 ? check.argv.join(' ') : check.name;
  const text = output.trim();
  if (text === '') return '';
  const end = text.length > LONGEST_OUTPUT ? `…\n${text.slice(-LONGEST_OUTPUT)}` : text;
  return `## Output of ${check.name} (${command}, exit code ${exitCode ?? 'none'}), its end\n~~~\n${end.replaceAll('~~~', '~ ~ ~')}\n~~~`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
