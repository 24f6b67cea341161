import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';

const HEAD = /^(error|warning)(?:\[(E\d{4})\])?: (.*)$/;
const AT = /^\s*--> ([^\s:]+):(\d+):(\d+)$/;
const PANIC = /^thread '([^']*)'(?: \(\d+\))? panicked at (?:'[^']*', )?([^\s:]+):(\d+):(\d+):?$/;

/** rustc and clippy through cargo: compile errors, tests, packages that do not exist. */
export const parseCargo: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const problem =
      compileError(line, lines.slice(index + 1, index + 4)) ??
      noPackage(line, lines) ??
      panic(line, lines[index + 1] ?? '', lines);
    if (problem) problems.push(problem);
  }
  return problems;
};

function compileError(line: string, next: readonly string[]): Problem | null {
  const head = HEAD.exec(line);
  const at = head && next.map((text) => AT.exec(text)).find((found) => found);
  if (!head || !at) return null;
  const [, level, code = null, message = ''] = head;
  return {
    ...meaningOf(code, message),
    severity: level === 'warning' ? 'warning' : 'error',
    message: code ? `${code}: ${message}` : message,
    file: at[1] ?? null,
    line: Number(at[2]),
    column: Number(at[3]),
    code,
    rule: `rustc/${code ?? 'error'}`,
  };
}

function meaningOf(
  code: string | null,
  message: string,
): { category: FailureCategory; symbol: string | null } {
  const quoted = /`([^`]+)`/.exec(message)?.[1] ?? null;
  if (code === 'E0432' || code === 'E0433' || code === 'E0583')
    return {
      category: /^failed to resolve: use of undeclared type/.test(message)
        ? 'undefined_symbol'
        : 'import_resolution',
      symbol: quoted,
    };
  if (code === 'E0463') return { category: 'missing_dependency', symbol: quoted };
  if (code !== null && /^E0(?:405|412|425|531|422)$/.test(code))
    return { category: 'undefined_symbol', symbol: quoted };
  if (code === null) return { category: 'syntax_error', symbol: /^(\S+)/.exec(message)?.[1] ?? null };
  return { category: 'type_error', symbol: code };
}

function noPackage(line: string, lines: readonly string[]): Problem | null {
  const name =
    /^\s*(?:error: )?no matching package (?:named|found)[^`]*(?:`([^`]+)`)?/.exec(line) ??
    /^\s*error: failed to select a version for the requirement `([^\s`]+)/.exec(line);
  if (!name) return null;
  const searched = lines.map((text) => /searched package name: `([^`]+)`/.exec(text)).find((found) => found);
  return { category: 'dependency_not_found', message: line.trim(), symbol: name[1] ?? searched?.[1] ?? null };
}

function panic(line: string, next: string, lines: readonly string[]): Problem | null {
  const match = PANIC.exec(line);
  if (!match) return null;
  const [, thread = '', file = '', row, column] = match;
  const isTest = lines.some(
    (text) => text === `---- ${thread} stdout ----` || text.startsWith(`test ${thread} ...`),
  );
  const name = thread.split('::').at(-1) ?? thread;
  return {
    category: isTest ? 'test_failure' : 'runtime_error',
    message: isTest ? `${thread}: ${next.trim()}` : next.trim() || line,
    file,
    line: Number(row),
    column: Number(column),
    symbol: isTest ? name : next.trim().slice(0, 120) || 'panicked',
    ...(isTest ? { identity: `test ${file} > ${thread}` } : {}),
  };
}
