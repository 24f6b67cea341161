import { failedTest } from './failed-test.ts';
import type { Parser, Problem } from './problem.ts';

const RESULT = /^( *)(not )?ok \d+ - (.+)$/;
/** What stands behind a title: how long it took, that it was left out, that its own tests follow. */
const BEHIND_TITLE = /(?: # (?:time=[\d.]+ms|SKIP|TODO))?( \{)?$/;
const LONGEST_BLOCK = 60;

/** Whether a failure is told as vitest does in TAP 13: an error with its name, and the place as a string. */
export function isVitestTap(lines: readonly string[]): boolean {
  const error = lines.findIndex((line) => /^ {8,}error:$/.test(line) || /^ {4}error:$/.test(line));
  return error >= 0 && /^\s+name: "/.test(lines[error + 1] ?? '') && lines.includes('TAP version 13');
}

/** Vitest's reporters `tap` (files, suites and tests within braces) and `tap-flat` (one line a test, titles joined by ` > `). */
export const parseVitestTap: Parser = (lines) => {
  if (!isVitestTap(lines)) return [];
  const problems: Problem[] = [];
  let titles: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, indent = '', failed, rest = ''] = RESULT.exec(line) ?? [];
    if (rest === '') continue;
    const [behind, opens] = BEHIND_TITLE.exec(rest) ?? [''];
    titles = [...titles.slice(0, indent.length / 4), rest.slice(0, rest.length - behind.length)];
    if (failed === undefined || opens !== undefined) continue;
    const [file = '', ...names] = titles.join(' > ').split(' > ');
    problems.push(failedTest({ file, names: names.join(' > ') }, errorBelow(lines, index)));
  }
  return problems;
};

/** The block as the default reporter would print it. */
function errorBelow(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 1, index + LONGEST_BLOCK);
  const end = rest.findIndex((line) => /^\s+\.\.\.$/.test(line));
  const block = end < 0 ? rest : rest.slice(0, end);
  const value = (key: string) => textOf(block.find((line) => line.trimStart().startsWith(`${key}: "`)));
  const [name, message, place] = ['name', 'message', 'at'].map(value);
  const error = `${name ?? 'Error'}: ${message ?? ''}`.split('\n');
  return place === null ? error : [...error, '', ` ❯ ${place}`];
}

/** Strings are written as in JSON. */
function textOf(line: string | undefined): string | null {
  if (line === undefined) return null;
  try {
    return String(JSON.parse(line.slice(line.indexOf(': ') + 2)));
  } catch {
    return null;
  }
}
