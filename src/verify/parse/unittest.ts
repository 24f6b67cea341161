import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';
import { surroundingsOfPythonTest } from './python-error.ts';

const HEAD = /^(FAIL|ERROR): (\S+)(?: \(([^)]*)\))?(.*)$/;
const LONGEST_BLOCK = 400;

/** Python's unittest (and Django's runner): failed tests, tests that end in an error, modules that cannot be loaded. */
export const parseUnittest: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/^={50,}$/.test(line)) continue;
    const head = HEAD.exec(lines[index + 1] ?? '');
    if (head) problems.push(failureOf(head, blockAfter(lines, index + 2)));
  }
  return problems;
};

function blockAfter(lines: readonly string[], from: number): string[] {
  const rest = lines.slice(from, from + LONGEST_BLOCK);
  const end = rest.findIndex((line) => /^={50,}$/.test(line) || /^Ran \d+ tests? in /.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function failureOf(head: RegExpExecArray, block: readonly string[]): Problem {
  const [, kind = '', name = '', owner = '', more = ''] = head;
  const isLoading = /_FailedTest|_ErrorHolder/.test(owner);
  const message = messageOf(block);
  const at = placeOf(block);
  const cause = kind === 'ERROR' || isLoading ? causeOf(message) : null;
  return {
    category: cause?.category ?? (isLoading ? 'runtime_error' : 'test_failure'),
    message: `${name}: ${message}`,
    file: at?.file ?? null,
    line: at?.line ?? null,
    code: /^(\w+(?:Error|Exception))\b/.exec(message)?.[1] ?? null,
    symbol: cause ? cause.symbol : isLoading ? message.slice(0, 120) : name,
    identity: `test ${owner || name} > ${name}${more}`,
  };
}

/** The last error of the block, as the first ones led to it. */
function messageOf(block: readonly string[]): string {
  const last = block.findLast((line) =>
    /^[\w.]{1,120}(?:[Ee]rror|Exception|Warning|Exit|Interrupt)\b/.test(line),
  );
  return (
    last ??
    block.findLast((line) => line.trim() !== '' && !/^[-=]{20,}$/.test(line)) ??
    'failed'
  ).trim();
}

/** The deepest frame outside of Python itself and of packages; a fault of syntax is printed as one more. */
function placeOf(block: readonly string[]): { file: string; line: number } | null {
  for (const line of block.toReversed()) {
    const frame = /^\s+File "([^"]{1,500})", line (\d{1,9})/.exec(line);
    const file = frame?.[1];
    if (file && !/site-packages|\/lib\/python\d|^</.test(file)) return { file, line: Number(frame[2]) };
  }
  return null;
}

function causeOf(message: string): { category: FailureCategory; symbol: string | null } | null {
  const name = /^ImportError: cannot import name '([^']+)'/.exec(message)?.[1];
  if (name) return { category: 'missing_export', symbol: name };
  const module = /^ModuleNotFoundError: No module named '([^']+)'/.exec(message)?.[1];
  if (module) return { category: 'missing_dependency', symbol: module };
  const unknown = /^NameError: name '([^']+)' is not defined/.exec(message)?.[1];
  if (unknown) return { category: 'undefined_symbol', symbol: unknown };
  const syntax = /^(SyntaxError|IndentationError|TabError)\b/.exec(message)?.[1];
  return syntax ? { category: 'syntax_error', symbol: syntax } : surroundingsOfPythonTest(message);
}
