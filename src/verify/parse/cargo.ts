import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';

const HEAD = /^(error|warning)(?:\[(E\d{4})\])?: (.*)$/;
const AT = /^\s*--> ([^\s:]+):(\d+):(\d+)$/;
const PANIC = /^thread '([^']*)'(?: \(\d+\))? panicked at ([^\s:']+):(\d+):(\d+):?$/;
const PANIC_END = /^(.*)', ([^\s:]+):(\d+):(\d+)$/;

/** With the notes below the code that is shown. */
const MOST_LINES_OF_AN_ERROR = 30;

/** rustc and clippy through cargo: compile errors, tests, packages that do not exist. */
export const parseCargo: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const problem =
      compileError(line, lines.slice(index + 1, index + MOST_LINES_OF_AN_ERROR)) ??
      unformatted(line) ??
      noPackage(line, lines) ??
      noToolchain(line) ??
      panic(lines, index);
    if (problem) problems.push(problem);
  }
  return problems;
};

function compileError(line: string, below: readonly string[]): Problem | null {
  const head = HEAD.exec(line);
  if (!head) return null;
  const at = below
    .slice(0, 3)
    .map((text) => AT.exec(text))
    .find((found) => found);
  if (!at) return null;
  const [, level, code = null, message = ''] = head;
  const end = below.findIndex((text) => text === '' || HEAD.test(text));
  const notes = end === -1 ? below : below.slice(0, end);
  const lint = lintOf(notes);
  // Named once for all its findings: later ones are known by their words.
  const isLint = lint !== null || (code === null && (level === 'warning' || LINT.test(message)));
  return {
    ...(isLint ? { category: 'lint' as const, symbol: lint } : meaningOf(code, message, notes)),
    severity: level === 'warning' ? 'warning' : 'error',
    message: code ? `${code}: ${message}` : message,
    file: at[1] ?? null,
    line: Number(at[2]),
    column: Number(at[3]),
    code: code ?? lint,
    rule: lint === null ? `rustc/${code ?? 'error'}` : lint,
  };
}

const LINT =
  /^(?:unused |unreachable |value assigned |unnecessary |missing documentation|use of deprecated |.{0,200} (?:is|are) never (?:used|read|constructed)|.{0,200} should have (?:a|an) )/;

/** Clippy's and rustc's own: they say once which lint it was, and in which page it is described. */
function lintOf(notes: readonly string[]): string | null {
  for (const note of notes) {
    const named =
      /`#\[(?:warn|deny|forbid)\(([\w:]+)\)\]`|implied by `-[A-Z] ([\w:-]+)`|rust-clippy\/\S*?#\/?(\w+)$/.exec(
        note,
      );
    const name = named?.[1] ?? named?.[2];
    if (name) return name.replaceAll('-', '_');
    if (named?.[3]) return `clippy::${named[3]}`;
  }
  return null;
}

function meaningOf(
  code: string | null,
  message: string,
  notes: readonly string[],
): { category: FailureCategory; symbol: string | null } {
  const quoted = /`([^`]+)`/.exec(message)?.[1] ?? null;
  const gone = notes.map((note) => /\bno `([^`]+)` in /.exec(note)?.[1]).find(Boolean);
  if (code === 'E0432' && gone) return { category: 'missing_export', symbol: gone };
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
  const macro = /^cannot find (?:macro|attribute|derive macro) `([^`]+)`/.exec(message)?.[1];
  if (macro) return { category: 'undefined_symbol', symbol: macro };
  const variable = /^environment variable `([^`]+)` not defined/.exec(message)?.[1];
  if (variable) return { category: 'missing_env_var', symbol: variable };
  if (code === null) return { category: 'syntax_error', symbol: /^(\S+)/.exec(message)?.[1] ?? null };
  return { category: 'type_error', symbol: code };
}

/** rustfmt names the first line of each part. */
function unformatted(line: string): Problem | null {
  const match = /^Diff in (.+?\.rs)(?::| at line )(\d+):$/.exec(line);
  if (!match) return null;
  const file = match[1] ?? '';
  return {
    category: 'format',
    message: 'not formatted as rustfmt does it',
    file,
    line: Number(match[2]),
    symbol: 'rustfmt',
    identity: `format ${file}`,
  };
}

function noPackage(line: string, lines: readonly string[]): Problem | null {
  const name =
    /^\s*(?:error: )?no matching package (?:named|found)[^`]*(?:`([^`]+)`)?/.exec(line) ??
    /^\s*error: failed to select a version for the requirement `([^\s`]+)/.exec(line) ??
    /^\s*error: failed to (?:get|download|load source for dependency) `(\S+?)(?: [^`]*)?`/.exec(line);
  if (!name) return null;
  const searched = lines.map((text) => /searched package name: `([^`]+)`/.exec(text)).find((found) => found);
  const symbol = name[1] ?? searched?.[1] ?? null;
  // Without a network cargo knows what the machine has, and nothing of what the registry has.
  if (lines.some((text) => /offline mode|--offline was specified|Could not resolve host/.test(text)))
    return {
      category: 'missing_dependency',
      message: `${line.trim()} (looked for on this machine only)`,
      symbol,
    };
  return { category: 'dependency_not_found', message: line.trim(), symbol };
}

function panic(lines: readonly string[], index: number): Problem | null {
  const found = panicAt(lines, index);
  if (!found) return null;
  const { thread, message, file, line, column } = found;
  const isTest = lines.some(
    (text) => text === `---- ${thread} stdout ----` || text.startsWith(`test ${thread} ...`),
  );
  const name = thread.split('::').at(-1) ?? thread;
  return {
    category: isTest ? 'test_failure' : 'runtime_error',
    message: isTest ? `${thread}: ${message}` : message || (lines[index] ?? ''),
    file,
    line,
    column,
    symbol: isTest ? name : message.slice(0, 120) || 'panicked',
    ...(isTest ? { identity: `test ${file} > ${thread}` } : {}),
  };
}

const MOST_LINES_OF_A_PANIC = 40;

/** Since Rust 1.73 the place comes first, before it came after the message, which may have several lines. */
function panicAt(lines: readonly string[], index: number) {
  const text = lines[index] ?? '';
  const now = PANIC.exec(text);
  if (now) {
    const [, thread = '', file = '', row, column] = now;
    return {
      thread,
      message: (lines[index + 1] ?? '').trim(),
      file,
      line: Number(row),
      column: Number(column),
    };
  }
  const [, thread = '', first = ''] = /^thread '([^']*)' panicked at '(.*)$/.exec(text) ?? [];
  if (thread === '') return null;
  const said = [first, ...lines.slice(index + 1, index + MOST_LINES_OF_A_PANIC)];
  const last = said.findIndex((each) => PANIC_END.test(each));
  const [, end = '', file = '', row, column] = PANIC_END.exec(said[last] ?? '') ?? [];
  if (last === -1) return null;
  const message = (last === 0 ? end : first).trim();
  return { thread, message, file, line: Number(row), column: Number(column) };
}

/** rustup stands in front of every tool of Rust. */
function noToolchain(line: string): Problem | null {
  const name = /^error: toolchain '([^']{1,100})' is not installed/.exec(line)?.[1];
  if (!name && !/^error: rustup could not choose a version of \S+ to run/.test(line)) return null;
  return { category: 'missing_tool', message: line.replace(/^error: /, ''), symbol: name ?? 'rustup' };
}
