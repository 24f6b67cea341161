import type { TestTally } from '../domain/verdict.ts';

type Counts = Omit<TestTally, 'runners'>;

const SUMMARY = /^# (?:tests|pass|fail|skip|skipped|todo|ok|suites|cancelled|duration_ms)\b\s*\d*/;
/** What node:test says beside these; it counts its tests itself. */
const OF_NODE = /^# (?:(?:suites|cancelled|duration_ms) +\d|Subtest: )/;

/**
 * TAP of tape and its like, whose summary counts assertions: a test is a comment with assertions below it, so that a test that asserts
 * the same in fewer lines is not missing. null: no such summary.
 */
export function tapTests(lines: readonly string[]): Counts | null {
  if (!lines.some((line) => /^# tests +\d{1,9}$/.test(line)) || lines.some((line) => OF_NODE.test(line)))
    return null;
  const tests: { failed: boolean }[] = [];
  let skipped = 0;
  let open: { failed: boolean } | null = null;
  for (const line of lines) {
    if (line.startsWith('# ')) {
      if (/^# SKIP\b/.test(line)) skipped += 1;
      if (!SUMMARY.test(line)) open = null;
      continue;
    }
    const assertion = /^(not )?ok \d{1,9}\b/.exec(line);
    if (!assertion || /# (?:SKIP|TODO)\b/i.test(line)) continue;
    if (!open) tests.push((open = { failed: false }));
    open.failed ||= assertion[1] !== undefined;
  }
  const failed = tests.filter((test) => test.failed).length;
  return { passed: tests.length - failed, failed, skipped };
}

/**
 * TAP without a summary, as scripts write it by hand: lines with a number count where the plan (`1..12`) says as many, as those of a runner that
 * was ended before it summed up would look the same otherwise. null: there are none, or they stand for files with tests of their own.
 */
export function tapLines(lines: readonly string[]): Counts | null {
  if (lines.some((line) => /^\s+(?:not )?ok \d{1,9}\b/.test(line))) return null;
  const numbered = lines.filter((line) => /^(?:not )?ok \d{1,9}\b/.test(line));
  const plans = lines.flatMap((line) => /^1\.\.(\d{1,9})\b/.exec(line)?.[1] ?? []);
  if (numbered.length > 0 && plans.reduce((sum, plan) => sum + Number(plan), 0) !== numbered.length)
    return null;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of lines) {
    const result = /^(not )?ok(?: \d{1,9}\b| - \S)/.exec(line);
    if (!result) continue;
    if (/# (?:SKIP|TODO)\b/i.test(line)) counts.skipped += 1;
    else counts[result[1] === undefined ? 'passed' : 'failed'] += 1;
  }
  return counts.passed + counts.failed + counts.skipped > 0 ? counts : null;
}

/** uvu: `  Total:     12`, `  Passed:    11`, `  Skipped:   0`. */
export function uvu(lines: readonly string[]): Counts | null {
  const [total, passed, skipped] = ['Total', 'Passed', 'Skipped'].map((word) => sumOf(lines, word));
  if (total == null || passed == null || skipped == null) return null;
  return { passed, failed: Math.max(0, total - passed - skipped), skipped };
}

function sumOf(lines: readonly string[], word: string): number | null {
  const found = lines.flatMap((line) => new RegExp(`^  ${word}: +(\\d{1,9})$`).exec(line)?.[1] ?? []);
  return found.length === 0 ? null : found.reduce((sum, digits) => sum + Number(digits), 0);
}

/** tap-dot, which counts tests first and assertions below: `  8 tests`, `  9 passed`, `  1 failed`. */
export function tapDot(lines: readonly string[]): Counts | null {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let found = false;
  for (const [index, line] of lines.entries()) {
    const tests = Number(/^ {2}(\d{1,9}) tests$/.exec(line)?.[1] ?? NaN);
    if (Number.isNaN(tests) || !/^ {2}\d{1,9} passed$/.test(lines[index + 1] ?? '')) continue;
    const failed = Math.min(
      tests,
      Number(/^ {2}(\d{1,9}) failed\s*$/.exec(lines[index + 2] ?? '')?.[1] ?? 0),
    );
    counts.passed += tests - failed;
    counts.failed += failed;
    found = true;
  }
  return found ? counts : null;
}

/** jasmine: `12 specs, 0 failures, 1 pending spec`. */
export function jasmine(lines: readonly string[]): Counts | null {
  for (const line of lines) {
    const match = /^(\d{1,9}) specs?, (\d{1,9}) failures?(?:, (\d{1,9}) pending specs?)?$/.exec(line);
    if (!match) continue;
    const [specs, failed, skipped] = match.slice(1).map((digits) => Number(digits ?? 0));
    if (specs === undefined || failed === undefined || skipped === undefined) continue;
    return { passed: Math.max(0, specs - failed - skipped), failed, skipped };
  }
  return null;
}
