import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';
import { surroundingsOfPythonTest } from './python-error.ts';

const HEADER = /^_{2,} (\S.*?) _{2,}$/;
const SECTION = /^={3,} /;
const AT = /^(\S+\.py):(\d+): /;
/** `--tb=native`: Python's own look. */
const NATIVE_AT = /^ {2}File "([^"]+\.py)", line (\d+)/;
const NATIVE_ERROR = /^((?:\w+\.){0,8}\w*(?:Error|Exception|Exit|Interrupt)\b.*)$/;
const SHORT = /^(?:FAILED|ERROR) ([^\s:]+\.py)(?:::(\S+))?(?: - (.*))?$/;
const LONGEST_BLOCK = 1_500;

/** pytest: failed tests, files that cannot be collected, coverage gates, empty runs. */
export const parsePytest: Parser = (lines) => {
  if (
    !lines.some((line) =>
      /^={3,} (?:FAILURES|ERRORS|short test summary)|\bno tests ran\b|^(?:FAILED|ERROR) \S+\.py|Required test coverage|collected 0 items$/.test(
        line,
      ),
    )
  )
    return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const title = HEADER.exec(line)?.[1];
    if (title) problems.push(pytestFailure(title, blockAfter(lines, index)));
    const whole = wholeRun(line);
    if (whole) problems.push(whole);
  }
  if (problems.length > 0) return problems;
  const places = placesByMessage(lines);
  return lines.flatMap((line) => summaryLine(line, places));
};

function blockAfter(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 1, index + LONGEST_BLOCK);
  const end = rest.findIndex((line) => HEADER.test(line) || SECTION.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

/** What pytest says of a failure: its title, and the block below with `E` before what was thrown. */
export function pytestFailure(title: string, block: readonly string[]): Problem {
  const collecting = /^ERROR collecting (\S+)/.exec(title)?.[1] ?? null;
  const name =
    title
      .replace(/^ERROR at (?:setup|teardown) of /, '')
      .replace(/\[.*$/, '')
      .split('.')
      .at(-1) ?? title;
  const errors = errorsIn(block);
  const message =
    errors.find((line) => /\w(?:Error|Exception)\b|not found|^assert|^Failed/.test(line)) ??
    errors[0] ??
    title;
  const cause =
    causeOf(errors.join('\n'), collecting !== null) ?? surroundingsOfPythonTest(lastError(errors));
  const at = placeOf(block) ?? { file: collecting, line: null };
  const broken = /File "([^"]+)", line (\d+)/.exec(errors.join('\n'));
  const fixture = /^fixture '([^']+)' not found/.exec(message)?.[1];
  return {
    category: cause?.category ?? 'test_failure',
    message: `${name}: ${message}`,
    file: cause?.category === 'syntax_error' && broken ? (broken[1] ?? null) : at.file,
    line: cause?.category === 'syntax_error' && broken ? Number(broken[2]) : at.line,
    code: /^(\w+(?:Error|Exception))\b/.exec(message)?.[1] ?? null,
    symbol: cause ? cause.symbol : (fixture ?? (collecting ? message : name)),
    identity: `test ${at.file ?? ''} > ${title}`,
  };
}

function errorsIn(block: readonly string[]): string[] {
  const marked = block.flatMap((line) => /^E {2,}(\S.*)$/.exec(line)?.[1] ?? []);
  return marked.length > 0 ? marked : block.flatMap((line) => NATIVE_ERROR.exec(line)?.[1] ?? []);
}

/** What was thrown last, which the errors before led to. */
function lastError(errors: readonly string[]): string {
  return errors.findLast((line) => /^(?:\w+\.)*\w*(?:[Ee]rror|Exception|Timeout\w*)\b/.test(line)) ?? '';
}

/** The deepest line of the repository itself. */
function placeOf(block: readonly string[]): { file: string | null; line: number | null } | null {
  const setUp = block.map((line) => /^file (\S+\.py), line (\d+)$/.exec(line)).find((found) => found);
  if (setUp) return { file: setUp[1] ?? null, line: Number(setUp[2]) };
  const own = block
    .map((line) => AT.exec(line) ?? NATIVE_AT.exec(line))
    .filter((found) => found !== null && !/site-packages|\/lib\/python|^<frozen/.test(found[1] ?? ''));
  const last = own.at(-1);
  return last ? { file: last[1] ?? null, line: Number(last[2]) } : null;
}

/** Faults of imports and syntax are causes wherever they show; a name that is not defined only where nothing could run. */
function causeOf(
  errors: string,
  collecting: boolean,
): { readonly category: FailureCategory; readonly symbol: string | null } | null {
  const name = /cannot import name '([^']+)'/.exec(errors);
  if (name) return { category: 'missing_export', symbol: name[1] ?? null };
  const module = /ModuleNotFoundError: No module named '([^']+)'/.exec(errors);
  if (module) return { category: 'missing_dependency', symbol: module[1] ?? null };
  if (/(?:^|\n)(?:SyntaxError|IndentationError|TabError): /.test(errors))
    return { category: 'syntax_error', symbol: /(\w+Error): /.exec(errors)?.[1] ?? null };
  const undefinedName = collecting ? /NameError: name '([^']+)' is not defined/.exec(errors) : null;
  if (undefinedName) return { category: 'undefined_symbol', symbol: undefinedName[1] ?? null };
  return null;
}

function wholeRun(line: string): Problem | null {
  if (/^(?:=+ )?no tests ran\b|^collected 0 items$/.test(line))
    return { category: 'no_tests', message: line, symbol: 'no tests ran' };
  if (/Required test coverage of|^ERROR: Coverage failure/.test(line))
    return { category: 'coverage_threshold', message: line.trim(), symbol: 'coverage' };
  return null;
}

type Places = ReadonlyMap<string, { readonly file: string; readonly line: number }>;

/** `--tb=line` shows of each failure nothing but where it was and the words that its summary repeats. */
function placesByMessage(lines: readonly string[]): Places {
  return new Map(
    lines.flatMap((line) => {
      const [whole, file = '', row] = AT.exec(line) ?? [];
      return whole === undefined ? [] : [[line.slice(whole.length), { file, line: Number(row) }] as const];
    }),
  );
}

function summaryLine(line: string, places: Places): Problem[] {
  const match = SHORT.exec(line);
  if (!match) return [];
  const [, file = '', test, message = ''] = match;
  const name = test?.split('::').at(-1)?.replace(/\[.*$/, '') ?? file;
  return [
    {
      category: 'test_failure',
      message: `${name}: ${message}`,
      file,
      ...places.get(message),
      symbol: name,
      identity: `test ${file} > ${test ?? ''}`,
    },
  ];
}
