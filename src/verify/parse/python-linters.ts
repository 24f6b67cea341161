import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';

const MYPY = /^([^\s:]+\.pyi?):(\d+)(?::(\d+))?(?::\d+:\d+)?: (error|warning): (.*?)(?: {2}\[([\w-]+)\])?$/;
/** ruff's concise look, flake8, pylint, pycodestyle. */
const CODED =
  /^([^\s:]+\.(?:pyi?|ipynb)):(\d+):(\d+): ([A-Z]{1,4}\d{3,4}|invalid-syntax|unformatted|SyntaxError|[a-z]+(?:-[a-z]+)+):? (?:\[\*\] )?(.*)$/;
/** ruff's and flake8's `pylint` look. */
const BRACKETED =
  /^([^\s:]+\.(?:pyi?|ipynb)):(\d+): \[([A-Z]{1,4}\d{3,4}|invalid-syntax|unformatted)[^\]]{0,80}\] (.*)$/;
/** ruff's `grouped` look: the file, and what is in it. */
const GROUP = /^([^\s:]+\.(?:pyi?|ipynb)):$/;
const GROUPED = /^ {2}(\d+):(\d+) {1,8}([A-Z]{1,4}\d{3,4}|invalid-syntax|unformatted):? (?:\[\*\] )?(.*)$/;
const PYTHON_CODE = /^(?:(?!MD|TS)[A-Z]{1,4}\d{3,4}|invalid-syntax|unformatted|SyntaxError)$/;
const RUFF_HEAD = /^([A-Z]{1,4}\d{3,4}|invalid-syntax|unformatted|[a-z]+(?:-[a-z]+)+)(?: \[\*\])?:? (\S.*)$/;
const RUFF_AT = /^\s*--> ([^\s:]+):(\d+):(\d+)$/;

/** mypy, pyright's like, ruff, flake8, pylint and black. */
export const parsePythonLinters: Parser = (lines) => {
  const problems: Problem[] = [];
  let group: string | null = null;
  for (const [index, line] of lines.entries()) {
    const problem =
      mypy(line) ??
      coded(line) ??
      bracketed(line) ??
      ruff(line, lines[index + 1] ?? '') ??
      grouped(line, group) ??
      formatter(line, lines);
    if (problem) problems.push(problem);
    group = GROUP.exec(line)?.[1] ?? (line.startsWith('  ') ? group : null);
  }
  return problems;
};

/** Whether that is the name of a rule of ruff, flake8 or pylint. */
export function isPythonCode(rule: string): boolean {
  return PYTHON_CODE.test(rule);
}

function mypy(line: string): Problem | null {
  const match = MYPY.exec(line);
  if (!match) return null;
  const [, file = '', row, column, level, message = '', code = null] = match;
  return {
    ...meaningOfMypy(message, code),
    severity: level === 'warning' ? 'warning' : 'error',
    message,
    file,
    line: Number(row),
    column: column === undefined ? null : Number(column),
    code,
    rule: `mypy/${code ?? 'error'}`,
  };
}

export interface Meaning {
  readonly category: FailureCategory;
  readonly symbol: string | null;
}

/** What mypy says, by its words and the code of the error. */
export function meaningOfMypy(message: string, code: string | null): Meaning {
  const quoted = /"([^"]+)"/.exec(message)?.[1] ?? null;
  if (code === 'syntax') return { category: 'syntax_error', symbol: null };
  if (/^Cannot find implementation or library stub|^Library stubs not installed/.test(message))
    return { category: 'missing_dependency', symbol: quoted };
  if (/^Module "[^"]+" has no attribute/.test(message))
    return { category: 'missing_export', symbol: /has no attribute "([^"]+)"/.exec(message)?.[1] ?? quoted };
  if (/^Name "[^"]+" is not defined/.test(message)) return { category: 'undefined_symbol', symbol: quoted };
  return { category: 'type_error', symbol: code ?? quoted };
}

function coded(line: string): Problem | null {
  const match = CODED.exec(line);
  if (!match) return null;
  const [, file = '', row, column, code = '', message = ''] = match;
  return pythonLint({ code, message, file, line: Number(row), column: Number(column) });
}

function ruff(line: string, next: string): Problem | null {
  const at = RUFF_AT.exec(next);
  const head = at && RUFF_HEAD.exec(line);
  if (!at || !head) return null;
  const [, code = '', message = ''] = head;
  return pythonLint({ code, message, file: at[1] ?? '', line: Number(at[2]), column: Number(at[3]) });
}

function bracketed(line: string): Problem | null {
  const match = BRACKETED.exec(line);
  if (!match) return null;
  const [, file = '', row, code = '', message = ''] = match;
  return pythonLint({ code, message, file, line: Number(row), column: null });
}

function grouped(line: string, file: string | null): Problem | null {
  const match = file === null ? null : GROUPED.exec(line);
  if (!match || file === null) return null;
  const [, row, column, code = '', message = ''] = match;
  return pythonLint({ code, message, file, line: Number(row), column: Number(column) });
}

interface LintFinding {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** One finding of ruff, flake8 or pylint. */
export function pythonLint({ code, message, file, line, column }: LintFinding): Problem {
  const quoted = /[`'"]([^`'"]+)[`'"]/.exec(message)?.[1] ?? null;
  return {
    ...meaningOfCode(code, quoted),
    message: `${code}: ${message}`,
    file,
    line,
    column,
    code,
    rule: `python-lint/${code}`,
  };
}

function meaningOfCode(code: string, quoted: string | null): Meaning {
  if (/^(?:invalid-syntax|SyntaxError|E9(?!02)\d\d|E0001)$/.test(code))
    return { category: 'syntax_error', symbol: null };
  if (code === 'E902') return { category: 'file_not_found', symbol: code };
  if (code === 'unformatted') return { category: 'format', symbol: code };
  if (/^(?:F821|E0602|undefined-variable)$/.test(code))
    return { category: 'undefined_symbol', symbol: quoted };
  if (/^(?:E0401|import-error)$/.test(code)) return { category: 'missing_dependency', symbol: quoted };
  if (/^(?:E0611|no-name-in-module)$/.test(code)) return { category: 'missing_export', symbol: quoted };
  return { category: 'lint', symbol: code };
}

function formatter(line: string, lines: readonly string[]): Problem | null {
  const shown = /^\d{1,9} files? would be reformatted\b/.test(line) && firstOfDiff(lines);
  if (shown) return { category: 'format', message: 'not formatted', file: shown, symbol: 'reformat' };
  const file = /^[Ww]ould reformat:? (\S+)$/.exec(line)?.[1];
  if (file) return { category: 'format', message: 'not formatted', file, symbol: 'reformat' };
  const broken = /^error: cannot format (\S+?): Cannot parse[^\n]*?(\d+):(\d+)/.exec(line);
  if (!broken) return null;
  return {
    category: 'syntax_error',
    message: line,
    file: broken[1] ?? null,
    line: Number(broken[2]),
    column: Number(broken[3]),
  };
}

/** `ruff format --diff` and `black --diff` name the file only there. */
function firstOfDiff(lines: readonly string[]): string | null {
  if (lines.some((line) => /^[Ww]ould reformat/.test(line))) return null;
  const first = lines.find((line) => line.startsWith('--- '));
  return /^--- (\S+\.(?:pyi?|ipynb))(?:\s|$)/.exec(first ?? '')?.[1] ?? null;
}
