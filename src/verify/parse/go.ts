import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';

const COMPILE = /^(?:vet: )?(?:\.\/)?([^\s:]+\.go):(\d+):(\d+): (.*)$/;
const FAIL = /^\s*--- FAIL: (\S+)/;
const IN_TEST = /^\s+(\S+_test\.go):(\d+): (.*)$/;
const STACK = /^\t(\/?\S+\.go):(\d+)/;

/** The go command: compile errors, vet, tests, panics, modules that are not there. */
export const parseGo: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/\.go:|--- FAIL|^panic: /.test(line)) continue;
    const problem =
      compileError(line) ??
      failedTest(line, lines.slice(index + 1, index + 20)) ??
      panic(line, lines.slice(index + 1, index + 60));
    if (problem) problems.push(problem);
  }
  return problems;
};

function compileError(line: string): Problem | null {
  const match = COMPILE.exec(line);
  if (!match) return null;
  const [, file = '', row, column, message = ''] = match;
  return { ...meaningOf(message), message, file, line: Number(row), column: Number(column) };
}

function meaningOf(message: string): { category: FailureCategory; symbol: string | null } {
  const unknown = /^(?:undefined|undeclared name): (\S+)/.exec(message);
  if (unknown) {
    // `pkg.Name`: the package is there, the name is not.
    const name = unknown[1] ?? '';
    return name.includes('.')
      ? { category: 'missing_export', symbol: name.split('.').at(-1) ?? name }
      : { category: 'undefined_symbol', symbol: name };
  }
  const module =
    /(?:no required module provides package|cannot find module providing package|cannot find package) "?([^\s;":]+)/.exec(
      message,
    );
  if (module) return { category: 'missing_dependency', symbol: module[1] ?? null };
  const std = /package (\S+) is not in (?:GOROOT|std)/.exec(message);
  if (std) return { category: 'import_resolution', symbol: std[1] ?? null };
  if (
    /^(?:syntax error|expected |invalid character|illegal |unexpected |string not terminated|newline in string)/.test(
      message,
    )
  )
    return { category: 'syntax_error', symbol: 'syntax error' };
  const unused =
    /^(?:declared and not used: (\S+)|(\S+) declared (?:and|but) not used|"([^"]+)" imported and not used)/.exec(
      message,
    );
  if (unused) return { category: 'type_error', symbol: unused[1] ?? unused[2] ?? unused[3] ?? null };
  return {
    category: 'type_error',
    symbol:
      /^(?:cannot use|missing return|too many|not enough|invalid operation|assignment mismatch)/.exec(
        message,
      )?.[0] ?? message.slice(0, 100),
  };
}

function failedTest(line: string, next: readonly string[]): Problem | null {
  const name = FAIL.exec(line)?.[1];
  if (!name) return null;
  const at = next.map((text) => IN_TEST.exec(text)).find((found) => found);
  // A test that failed only because its parts did is named by its parts.
  if (!at && next.some((text) => FAIL.exec(text)?.[1]?.startsWith(`${name}/`))) return null;
  return {
    category: 'test_failure',
    message: `${name}: ${at?.[3] ?? 'failed'}`,
    file: at?.[1] ?? null,
    line: at ? Number(at[2]) : null,
    symbol: name,
    identity: `test ${at?.[1] ?? ''} > ${name}`,
  };
}

function panic(line: string, next: readonly string[]): Problem | null {
  const message = /^panic: (.*)$/.exec(line)?.[1];
  if (!message) return null;
  const at = next
    .map((text) => STACK.exec(text))
    .find((found) => found && !/\/(?:usr\/(?:local\/)?(?:lib\/)?go|go\/pkg|libexec)/.test(found[1] ?? ''));
  const what = message.replace(/^runtime error: /, '');
  return {
    category: 'runtime_error',
    message,
    file: at?.[1] ?? null,
    line: at ? Number(at[2]) : null,
    symbol: what.slice(0, 120),
  };
}
