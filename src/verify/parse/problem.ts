import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Diagnostic } from '../../domain/verdict.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';
import { relativePath } from './plain-text.ts';

/** What a parser found, before paths are made relative and the fingerprint is taken. */
export interface Problem {
  readonly category: FailureCategory;
  readonly subcategory?: string;
  readonly severity?: 'error' | 'warning';
  readonly message: string;
  readonly file?: string | null;
  readonly line?: number | null;
  /** Counts from 1. */
  readonly column?: number | null;
  /** The tool's own name for the problem: `TS2322`, `no-unused-vars`. */
  readonly code?: string | null;
  readonly symbol?: string | null;
  readonly hint?: string | null;
  /** Stands for the message in the fingerprint where the message may vary for the same problem: a test's full name. */
  readonly identity?: string;
  /** What recognised it, for people: `tsc/TS2304`; absent: the parser and the code or category. */
  readonly rule?: string;
}

/** A parser reads lines and reports what it recognises; it never throws and finds nothing in text of other tools. */
export type Parser = (lines: readonly string[]) => Problem[];

const LONGEST_MESSAGE = 1_000;

export function toDiagnostic(problem: Problem, root: string | null): Diagnostic {
  const file = problem.file ? relativePath(problem.file, root) : null;
  const message = withoutRoot(problem.message, root).trim().slice(0, LONGEST_MESSAGE);
  const symbol = problem.symbol ?? null;
  return {
    category: problem.category,
    severity: problem.severity ?? 'error',
    message,
    file,
    line: problem.line ?? null,
    column: problem.column ?? null,
    code: problem.code ?? null,
    symbol,
    hint: problem.hint ?? null,
    fingerprint: fingerprintOf(problem, { file, message, symbol, root }),
  };
}

interface Shown {
  readonly file: string | null;
  readonly message: string;
  readonly symbol: string | null;
  readonly root: string | null;
}

function fingerprintOf(
  { category, identity, severity }: Problem,
  { file, message, symbol, root }: Shown,
): string {
  const what =
    identity === undefined
      ? [category, symbol, stableText(message)]
      : ['identity', withoutRoot(identity, root)];
  return sha256Hex(JSON.stringify([severity ?? 'error', file && stableText(file), ...what])).slice(0, 24);
}

/** Text in which paths of the checkout are relative, so that it reads the same wherever the checkout lay. */
export function withoutRoot(text: string, root: string | null): string {
  if (!root) return text;
  return text.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '').replaceAll(root, '.');
}

/** Text without what differs between two runs of the same thing: positions, durations, times, addresses, random names. */
export function stableText(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, '<time>')
    .replace(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g, '<time>')
    .replace(/\b\d+(?:\.\d+)? ?(?:ms|s|sec|seconds|milliseconds|µs|min|m)\b/g, '<duration>')
    .replace(/\bduration_ms:? \d[\d.]*/g, '<duration>')
    .replace(/\b0x[0-9a-f]+\b/gi, '<address>')
    .replace(/\/tmp\/[\w./-]+/g, '<temporary>')
    .replace(/(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:<port>')
    .replace(/\b(pid|line|column|col):? \d+/gi, '$1 <n>')
    .replace(/\((\d+),(\d+)\)/g, '(<n>,<n>)')
    .replace(/:\d+(?::\d+)?(?=[\s):,]|$)/g, ':<n>')
    .replace(/\s+/g, ' ')
    .trim();
}
