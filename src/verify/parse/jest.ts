import { categoryOfLoading, importedButMissing, meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame, frameOf } from './stack.ts';
import { causeOfTest } from './test-cause.ts';
import { parseTsc } from './tsc.ts';

const FILE = /^\s*(?:FAIL|PASS)\s+(?:\S+\s+)??(\S+\.[cm]?[jt]sx?)(?:\s+\([\d.]+ m?s\))?$/;
const BULLET = /^\s{2}● (.+)$/;

/** Jest: failed tests, suites that do not run, coverage gates, configuration it refuses. */
export const parseJest: Parser = (lines) => {
  if (!lines.some((line) => /^Tests?:\s|Test Suites:|^\s*● |\bjest\b|^No tests found/i.test(line))) return [];
  const problems: Problem[] = [];
  let file: string | null = null;
  for (const [index, line] of lines.entries()) {
    const config = configurationProblem(line, lines.slice(index + 1, index + 8));
    if (config) problems.push(config);
    file = FILE.exec(line)?.[1] ?? file;
    if (/^Summary of all failing tests/.test(line)) break;
    const bullet = BULLET.exec(line)?.[1];
    if (bullet && !/^Console$/.test(bullet))
      problems.push(...failuresOf(bullet, file, blockAfter(lines, index)));
    const other = singleLine(line);
    if (other) problems.push(other);
  }
  return problems;
};

/** `● Validation Error:` and unrecognised options, which jest prints before it looks at any test. */
function configurationProblem(line: string, next: readonly string[]): Problem | null {
  const title = /^\s?● ((?:Validation|Multiple configurations|Unrecognized CLI|Invalid)[^:]*):?$/.exec(
    line,
  )?.[1];
  if (!title) return null;
  const said = next.map((text) => text.trim()).filter((text) => text !== '');
  const message = said.slice(0, 2).join(' ');
  const symbol =
    /(?:Preset|Module|environment|Option|option|parameter|file) "?([\w@./-]+)"? (?:in the|not found|was not found|cannot be found|is not|from)/.exec(
      message,
    )?.[1] ?? /"([^"]+)"/.exec(message)?.[1];
  const missing = /^Module (\S+) in the \S+ option was not found/.exec(message)?.[1];
  return {
    category: 'config_error',
    message: `${title}: ${message}`.slice(0, 400),
    symbol: missing ?? symbol ?? title,
  };
}

function blockAfter(lines: readonly string[], index: number): string[] {
  const block: string[] = [];
  for (const line of lines.slice(index + 1, index + 300)) {
    if (BULLET.test(line) || /^(?:Test Suites:|FAIL |PASS |Snapshot Summary|Summary of all)/.test(line))
      break;
    block.push(line);
  }
  return block;
}

function failuresOf(title: string, file: string | null, block: readonly string[]): Problem[] {
  const message = messageOf(block);
  const error = splitErrorLine(message);
  if (/^(?:Validation Error|Deprecation Warning|Multiple configurations)/.test(title)) {
    return [{ category: 'config_error', message: `${title} ${message}`, symbol: title }];
  }
  if (title === 'Test suite failed to run') return suiteFailure(file, message, block);
  const frame = firstOwnFrame(block);
  const names = title.split(' › ');
  const cause =
    causeOfTest(error?.message ?? message, error?.name ?? null) ?? importedButMissing(message, block);
  const snapshot = /Snapshot/.test(block.slice(0, 10).join('\n'));
  const timedOut = /Exceeded timeout of/.test(message);
  return [
    {
      category: cause?.category ?? 'test_failure',
      ...(timedOut ? { subcategory: 'test_timeout' } : snapshot ? { subcategory: 'snapshot' } : {}),
      message: `${title}: ${message}`,
      file: frame?.file ?? file,
      line: frame?.line ?? null,
      column: frame?.column ?? null,
      symbol: cause ? (cause.symbol ?? null) : (names.at(-1) ?? title),
      identity: `test ${file ?? ''} > ${title}`,
    },
  ];
}

function suiteFailure(file: string | null, message: string, block: readonly string[]): Problem[] {
  const types = parseTsc(block);
  if (types.length > 0) return types;
  const whole = block.slice(0, 25).join('\n');
  const error = splitErrorLine(message) ?? block.map(splitErrorLine).find((found) => found !== null) ?? null;
  const syntax = /SyntaxError: (\S+?): (.*?) \((\d+):\d+\)/.exec(whole);
  if (syntax) {
    const [, at = '', what = '', row] = syntax;
    return [{ category: 'syntax_error', message: what, file: at, line: Number(row) }];
  }
  const meaning = meaningOfMessage(whole, error?.name ?? null);
  const missing = /Cannot find module '[^']+' from '([^']+)'/.exec(whole);
  const frame = firstOwnFrame(block);
  const unexpected = /^\s*(\/?\S+\.\w+):(\d+)$/m.exec(whole);
  const at =
    meaning?.category === 'syntax_error' && unexpected
      ? { file: unexpected[1] ?? '', line: Number(unexpected[2]) }
      : frame;
  return [
    {
      category: meaning?.category ?? categoryOfLoading(error?.name),
      ...(meaning?.subcategory ? { subcategory: meaning.subcategory } : {}),
      message,
      file: missing?.[1] ?? at?.file ?? file,
      line: missing && frame && !frame.file.endsWith(missing[1] ?? '') ? null : (at?.line ?? null),
      symbol: meaning?.symbol ?? (meaning ? null : (error?.message.slice(0, 120) ?? null)),
    },
  ];
}

function singleLine(line: string): Problem | null {
  if (/^No tests found, exiting with code 1/.test(line)) {
    return { category: 'no_tests', message: line, symbol: 'No tests found' };
  }
  const coverage =
    /^Jest: Coverage for (\w+) \([\d.]+%\) does not meet/.exec(line) ??
    /^Jest: .*coverage threshold for (\w+) \([\d.]+%?\) not met/.exec(line);
  return coverage ? { category: 'coverage_threshold', message: line, symbol: coverage[1] ?? null } : null;
}

function messageOf(block: readonly string[]): string {
  const first = block.findIndex((line) => line.trim() !== '');
  if (first < 0) return 'no message';
  const text: string[] = [];
  for (const line of block.slice(first, first + 10)) {
    if (frameOf(line) || /^\s*>?\s*\d+ \|/.test(line)) break;
    if (line.trim() === '' && text.length >= 3) break;
    if (line.trim() !== '') text.push(line.trim());
  }
  return text.join('\n');
}
