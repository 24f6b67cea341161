import type { CheckResult, Diagnostic, Verdict } from '../domain/verdict.ts';
import { formatDuration } from '../lib/deadline.ts';
import { guardLines } from './guards/guard-lines.ts';

export interface FormatOptions {
  /** For terminals that cannot show more than ASCII. */
  readonly ascii?: boolean;
  readonly mostProblems?: number;
}

/** A verdict for people: a line per check, the problems, then what it means and what to do. Without a newline at the end. */
export function formatVerdict(
  verdict: Verdict,
  { ascii = false, mostProblems = 20 }: FormatOptions = {},
): string {
  const marks = ascii ? ASCII : UNICODE;
  const width = Math.max(0, ...verdict.results.map((result) => result.check.name.length));
  const sections = [
    verdict.results.map((result) => checkLine(result, verdict, { marks, width })),
    verdict.introduced.length > 0 ? ['New problems:', ...problemLines(verdict.introduced, mostProblems)] : [],
    oldProblems(verdict, mostProblems),
    guardLines(verdict.guards),
    verdict.warnings.map((warning) => `${marks.note} ${warning}`),
    [conclusion(verdict)],
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return ascii ? text.replace(/[^\x20-\x7e\n]/g, '?') : text;
}

const UNICODE = { passed: '✓', failed: '✗', 'timed-out': '⏱', 'not-run': '–', note: '!' } as const;
const ASCII = { passed: '+', failed: 'x', 'timed-out': 'T', 'not-run': '-', note: '!' } as const;

interface Layout {
  readonly marks: Record<CheckResult['status'], string>;
  readonly width: number;
}

function checkLine(result: CheckResult, verdict: Verdict, { marks, width }: Layout): string {
  const { check, status, durationMs, output } = result;
  const before = verdict.baseline.find((other) => other.check.name === check.name);
  const command = check.argv.length > 0 ? `  ${check.argv.join(' ').slice(0, 80)}` : '';
  const notes = {
    passed: before && before.status !== 'passed' ? ' (did not pass on the base commit)' : '',
    failed: before?.status === 'failed' ? ' (fails on the base commit too)' : '',
    'timed-out': ` (time limit of ${formatDuration(check.timeoutMs)} reached)`,
    'not-run': ` (not run: ${output.trim().split('\n')[0]?.slice(0, 160) ?? 'unknown reason'})`,
  };
  const kept = result.cached === true ? ' (kept from before)' : '';
  return `${marks[status]} ${check.name.padEnd(width)} ${formatDuration(durationMs).padStart(7)}${command}${notes[status]}${kept}`;
}

/** Old problems are only counted, but where they are why nothing could be verified. */
function oldProblems({ preexisting, status }: Verdict, most: number): string[] {
  if (preexisting.length === 0) return [];
  const heading = `Old problems, on the base commit too: ${preexisting.length}`;
  return status === 'unverifiable' ? [heading, ...problemLines(preexisting, most)] : [heading];
}

function problemLines(diagnostics: readonly Diagnostic[], most: number): string[] {
  const lines = diagnostics.slice(0, most).map(({ file, line, message, category, hint }) => {
    const place = file ? `${file}${line === null ? '' : `:${line}`} ` : '';
    const advice = hint === null ? '' : `\n    ${hint.split('\n')[0] ?? ''}`;
    return `  ${place}${message.split('\n')[0] ?? ''} [${category}]${advice}`;
  });
  const more = diagnostics.length - most;
  return more > 0 ? [...lines, `  … and ${more} more`] : lines;
}

function conclusion({ status, introduced, preexisting, results, guards }: Verdict): string {
  if (status === 'failed') {
    const failing = results
      .filter(({ status: found }) => found === 'failed' || found === 'timed-out')
      .map((result) => result.check.name);
    const blocking = guards.filter(({ action }) => action === 'block').map(({ guard }) => `guard ${guard}`);
    const who = [...failing, ...new Set(blocking)].join(', ');
    return `Failed: the change causes ${introduced.length} new problem(s) (${who}). Mend them and verify again.`;
  }
  if (status === 'unverifiable') {
    return `Unverifiable: ${unverifiableReason(results)}. Mend that, or name checks in runyard.yaml (checks:).`;
  }
  const asked = guards.some(({ action }) => action === 'ask')
    ? ' A run would wait for a person before it delivers this.'
    : '';
  return `${preexisting.length > 0 ? 'Passed: nothing is worse than on the base commit.' : 'Passed.'}${asked}`;
}

/** Why nothing could be said, as the end of a sentence. Runyard's own look at imports alone verifies nothing. */
export function unverifiableReason(results: readonly CheckResult[]): string {
  const own = results.filter(({ check }) => check.kind !== 'install' && check.kind !== 'imports');
  if (own.some(({ status }) => status === 'failed'))
    return 'a check fails on the base commit too, and its output does not show whether the change adds a failure';
  if (own.some(({ status }) => status === 'passed'))
    return 'a check passed without showing that its tests ran to their end (see the first warning)';
  return own.length > 0
    ? "none of the repository's checks could run to an end"
    : 'the repository has no tests or checks of its own';
}
