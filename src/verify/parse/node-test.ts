import type { FailureCategory } from '../../domain/failure-category.ts';
import { splitErrorLine } from './js-error.ts';
import { parseNodeRuntime } from './node-runtime.ts';
import { parseNodeTestDot } from './node-test-dot.ts';
import type { Parser, Problem } from './problem.ts';
import { type Frame, firstOwnFrame, frameOf, isOwn } from './stack.ts';
import { isPlainTap } from './tap.ts';
import { isNestedTap, parseNestedTap } from './tap-nested.ts';
import { causeOfTest, withCause } from './test-cause.ts';
import { isVitestTap } from './vitest-tap.ts';

/** Node's own test runner: the spec reporter's list of failures and TAP. */
export const parseNodeTest: Parser = (lines) => {
  if (isVitestTap(lines)) return [];
  const found = [parseSpec, parseTap, parseNodeTestDot]
    .map((parse) => parse(lines))
    .find(({ length }) => length > 0);
  if (!found) return [];
  if (!found.some(isWholeFile)) return found;
  const reasons = whyNotLoaded(lines);
  const category: FailureCategory = reasons.some((reason) => reason.category !== 'test_failure')
    ? 'runtime_error'
    : 'test_failure';
  const left = found.filter((problem) => !isWholeFile(problem) || !saysWhy(problem, reasons));
  return [...reasons, ...left.map((problem) => (isWholeFile(problem) ? { ...problem, category } : problem))];
};

/** Whether a reason names this very file as the one that could not be loaded: its failure is no problem of its own. */
function saysWhy({ file, message }: Problem, reasons: readonly Problem[]): boolean {
  const path = plainPath(file ?? message.slice(0, message.lastIndexOf(': ')));
  return reasons.some((reason) => {
    if (!reason.file || reason.category === 'runtime_error' || reason.category === 'test_failure')
      return false;
    const at = plainPath(reason.file);
    return at === path || at.endsWith(`/${path}`) || path.endsWith(`/${at}`);
  });
}

function plainPath(path: string): string {
  return path.replace(/^file:\/\//, '').replace(/^\.\//, '');
}

/** A file whose process ended with a code is a file that did not load: the reason was printed before, and follows in Node's own form. */
function isWholeFile({ message }: Problem): boolean {
  return /: '?test failed'?$/.test(message);
}

const MOST_REASONS = 50;
const LONGEST_REASON = 120;

/** Every file has a process of its own, which ends its words with the version of Node. */
function whyNotLoaded(lines: readonly string[]): Problem[] {
  const plain = lines.map((line) => line.replace(/^# ?/, ''));
  const ends = plain
    .flatMap((line, index) => (/^Node\.js v\d/.test(line) ? [index] : []))
    .slice(0, MOST_REASONS);
  if (ends.length === 0)
    return parseNodeRuntime(plain).filter(({ category }) => category !== 'runtime_error');
  return ends.flatMap((end, at) => {
    const words = plain.slice(Math.max((ends[at - 1] ?? -1) + 1, end - LONGEST_REASON), end + 1);
    const start = words.findLastIndex((line) => /^(?:(?:file:\/\/)?\/\S+|node:\S+):\d+$/.test(line));
    return parseNodeRuntime(words.slice(Math.max(0, start))).map((reason) =>
      reason.message.startsWith('AssertionError') ? { ...reason, category: 'test_failure' as const } : reason,
    );
  });
}

const AT = /^test at (.+?):(\d+):(\d+)$/;
const FAILED = /^\s*✖ (.+?)(?: \([\d.]+ms\))?$/;

function parseSpec(lines: readonly string[]): Problem[] {
  const start = lines.findIndex((line) => /^\s*✖ failing tests:$/.test(line));
  if (start < 0) return [];
  const problems: Problem[] = [];
  for (let index = start + 1; index < lines.length; index += 1) {
    const at = AT.exec(lines[index] ?? '');
    if (!at) continue;
    const title = lines[index + 1] ?? '';
    const name = FAILED.exec(title)?.[1];
    // A test marked as todo is listed too, and fails nothing.
    if (!name || / # (?:TODO|SKIP)\b/.test(title)) continue;
    const block = lines.slice(index + 2, nextTest(lines, index + 2));
    problems.push(failureOf({ name, file: at[1] ?? '', line: Number(at[2]), column: Number(at[3]), block }));
  }
  return problems;
}

function nextTest(lines: readonly string[], from: number): number {
  for (let index = from; index < lines.length; index += 1) if (AT.test(lines[index] ?? '')) return index;
  return lines.length;
}

interface Failure {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly block: readonly string[];
}

function failureOf({ name, file, line, column, block }: Failure): Problem {
  const found = block.find((text) => text.trim() !== '')?.trim() ?? '';
  // An error with properties is shown as an object: `[TypeError [Error]: fetch failed] {`.
  const error = splitErrorLine(found.replace(/^'|'$/g, '').replace(/\]? \{$/, ''));
  const message = error?.message || found;
  // A file whose process ended with a code is a file that did not load: the reason was printed above the list.
  const wholeFile = /^'?test failed'?$/.test(found);
  const cause = wholeFile ? null : causeOfTest(withCause(message, block), error?.name ?? null);
  const frame = cause ? firstOwnFrame(block) : frameIn(file, block);
  return {
    category: cause?.category ?? 'test_failure',
    ...(/timed out after/.test(message) ? { subcategory: 'test_timeout' } : {}),
    message: `${name}: ${[error?.name, message].filter(Boolean).join(': ')}`,
    file: frame?.file ?? file,
    line: frame?.line ?? line,
    column: frame?.column ?? column,
    symbol: cause ? (cause.symbol ?? null) : wholeFile ? baseName(name) : name,
    identity: `test ${file} > ${name}`,
  };
}

const LONGEST_TAP_BLOCK = 120;

function parseTap(lines: readonly string[]): Problem[] {
  if (isPlainTap(lines) || !lines.some((line) => /^TAP version|^\s*# Subtest:/.test(line))) return [];
  if (isNestedTap(lines)) return parseNestedTap(lines);
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const name = /^\s*not ok \d+(?: - (.*?))?\s*$/.exec(line)?.[1];
    if (!name || /# (?:TODO|SKIP)\b/i.test(line)) continue;
    const rest = lines.slice(index + 1, index + LONGEST_TAP_BLOCK);
    const end = rest.findIndex((text) => /^\s*\.\.\.\s*$/.test(text));
    const block = end < 0 ? rest : rest.slice(0, end);
    if (block.some((text) => /failureType: 'subtestsFailed'/.test(text))) continue;
    problems.push(tapFailure(name, block));
  }
  return problems;
}

function tapFailure(name: string, block: readonly string[]): Problem {
  const location = /location: '(.+?):(\d+):(\d+)'/.exec(block.join('\n'));
  const errorAt = block.findIndex((line) => /^\s*error:/.test(line));
  const inline = inlineOf(block[errorAt] ?? '');
  const error =
    inline ??
    block
      .slice(errorAt + 1)
      .find((line) => line.trim() !== '')
      ?.trim() ??
    'failed';
  const file = location?.[1] ?? null;
  const cause = causeOfTest(inline ?? error, /^\s*name: '(\w+)'/m.exec(block.join('\n'))?.[1] ?? null);
  const wholeFile = error === 'test failed';
  const thrown = (cause ? firstOfStack(block) : null) ?? (file ? frameIn(file, block) : tapPlace(block));
  return {
    category: cause?.category ?? 'test_failure',
    message: `${name}: ${error}`,
    file: (cause ? thrown?.file : null) ?? file ?? thrown?.file ?? null,
    line: thrown?.line ?? (location ? Number(location[2]) : null),
    column: thrown?.column ?? (location ? Number(location[3]) : null),
    symbol: cause ? (cause.symbol ?? null) : wholeFile ? baseName(name) : name,
    identity: `test ${file ?? ''} > ${name}`,
  };
}

/** A scalar on its line: YAML has it in double quotes where it holds single ones. */
function inlineOf(line: string): string | undefined {
  const [, single, double] = /error: (?:'(.*)'|"(.*)")/.exec(line) ?? [];
  return single ?? double?.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? ' ' : escaped));
}

/** Where in the test's own file it failed: more telling than where the test begins. TAP lists frames without "at". */
function frameIn(
  file: string,
  block: readonly string[],
): { readonly file: string; readonly line: number; readonly column: number } | null {
  const name = file.replace(/^.*\//, '/');
  for (const line of block) {
    const frame = /(?:^|[\s(])(?:file:\/\/)?([^\s():]+):(\d+):(\d+)\)?$/.exec(line);
    if (frame && `/${frame[1] ?? ''}`.endsWith(name))
      return { file, line: Number(frame[2]), column: Number(frame[3]) };
  }
  return null;
}

/** The first own frame of a stack listed without "at". */
function firstOfStack(block: readonly string[]): Frame | null {
  const frames = block.map((line) => frameOf(`at ${line.trim()}`));
  return frames.find((frame) => frame !== null && isOwn(frame.file)) ?? null;
}

/** A file is named by its path, which may lie anywhere on the machine. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** tap's own form of a place. */
function tapPlace(
  block: readonly string[],
): { readonly file: string; readonly line: number; readonly column: number } | null {
  const text = block.slice(0, 20).join('\n');
  const file = /fileName: (\S+)/.exec(text)?.[1];
  const line = /lineNumber: (\d+)/.exec(text)?.[1];
  if (!file || !line) return null;
  return { file, line: Number(line), column: Number(/columnNumber: (\d+)/.exec(text)?.[1] ?? 1) };
}
