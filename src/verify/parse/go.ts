import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';

const COMPILE = /^(vet: )?(?:\.\/)?([^\s:]+\.go):(\d+):(\d+): (.*)$/;
const FAIL = /^(\s*)--- FAIL: (\S+)/;
const BEGINS = /^\s*(?:=== (?:RUN|NAME|CONT|PAUSE)|--- [A-Z]+:)\s+(\S+)/;
const IN_TEST = /^(\s+)(\S+\.go):(\d+): ?(.*)$/;
const STACK = /^\t(\/?\S+\.go):(\d+)/;
const NOT_OURS = /\/go[\w.-]*\/src\/|\/src\/(?:testing|runtime|internal)\/|\/go\/pkg\/mod\/|\/libexec\/src\//;
/** What the analyzers of `go vet` say; the compiler prints its errors in the same form. */
const VET =
  /^(?:\S+ (?:format %|call has|arg list ends|struct literal uses unkeyed|does not support|call needs)|result of \S+ call not used|self-assignment|unreachable code|possible (?:misuse|formatting)|(?:assignment|return|range var|func|call of|literal|variable declaration)\b.* (?:copies lock|passes lock)|\S+ passes lock|struct field(?: tag)? |method \S+ should have|loop variable|the cancel function|this return statement may be reached|(?:redundant|suspect) (?:or|and)|impossible type|conversion from \w+ to string|misuse of|call to .* from a non-test goroutine|using \S+ before checking|direct assignment to atomic|comparison of function|\S+ refers to unknown|\S+ has malformed|non-constant format string)/;

/** The go command: compile errors, vet, tests, panics, modules that are not there, gofmt. */
export const parseGo: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    if (!/\.go\b|--- FAIL|^panic: |^go: |import cycle/.test(line)) continue;
    const problem =
      compileError(line, lines) ??
      failedTest(lines, index) ??
      (FAIL.test(lines[index - 1] ?? '') ? null : panic(lines, index)) ??
      importCycle(lines, index) ??
      noModule(line) ??
      unformatted(line);
    if (problem) problems.push(problem);
  }
  return problems;
};

function compileError(line: string, lines: readonly string[]): Problem | null {
  const match = COMPILE.exec(line);
  if (!match) return null;
  const [, vet, file = '', row, column, said = ''] = match;
  // What vet cannot check the compiler has said already, in better words.
  const place = `${file}:${row}:`;
  if (vet && lines.some((other) => other.startsWith(place) || other.startsWith(`./${place}`))) return null;
  const message = said.replace(/; to add(?: it)?:$/, '');
  return { ...meaningOf(message), message, file, line: Number(row), column: Number(column) };
}

function meaningOf(message: string): { category: FailureCategory; symbol: string | null } {
  const unknown = /^(?:undefined|undeclared name): (\S+)/.exec(message);
  const gone = /^(?:(\S+) not (?:declared|exported) by package|name (\S+) not exported by package)/.exec(
    message,
  );
  if (gone) return { category: 'missing_export', symbol: gone[1] ?? gone[2] ?? null };
  if (unknown) {
    // `pkg.Name`: the package is there, the name is not.
    const name = unknown[1] ?? '';
    return name.includes('.')
      ? { category: 'missing_export', symbol: name.split('.').at(-1) ?? name }
      : { category: 'undefined_symbol', symbol: name };
  }
  const module =
    /(?:no required module provides package|cannot find module providing package|missing go\.sum entry for module providing package|cannot find package) "?([^\s;":]+)|^(\S+?)@\S+: (?:Get "|module lookup disabled|reading |missing go\.sum)/.exec(
      message,
    );
  if (module) return { category: 'missing_dependency', symbol: module[1] ?? module[2] ?? null };
  const std = /package (\S+) is not in (?:GOROOT|std)/.exec(message);
  if (std) return { category: 'import_resolution', symbol: std[1] ?? null };
  if (
    /^(?:syntax error|expected |invalid character|illegal |unexpected |string not terminated|newline in string)/.test(
      message,
    )
  )
    return { category: 'syntax_error', symbol: 'syntax error' };
  const unused =
    /^(?:declared and not used: (\S+)|(\S+) declared (?:and|but) not used|"([^"]+)" imported (?:and|but) not used|imported and not used: "([^"]+)")/.exec(
      message,
    );
  if (unused) return { category: 'type_error', symbol: unused.slice(1).find(Boolean) ?? null };
  if (VET.test(message)) return { category: 'lint', symbol: /^\S+/.exec(message)?.[0] ?? null };
  return {
    category: 'type_error',
    symbol:
      /^(?:cannot use|missing return|too many|not enough|invalid operation|assignment mismatch)/.exec(
        message,
      )?.[0] ?? message.slice(0, 100),
  };
}

const MOST_LINES_OF_A_TEST = 200;

function failedTest(lines: readonly string[], index: number): Problem | null {
  const [, indent = '', name] = FAIL.exec(lines[index] ?? '') ?? [];
  if (!name) return null;
  const panicked = /^panic: /.test(lines[index + 1] ?? '') ? panic(lines, index + 1) : null;
  const at = panicked ? null : saidAbout(name, indent, { lines, index });
  const next = lines.slice(index + 1, index + MOST_LINES_OF_A_TEST);
  // A test that failed only because its parts did is named by its parts.
  if (!at && !panicked && [...next, ...lines].some((text) => FAIL.exec(text)?.[2]?.startsWith(`${name}/`)))
    return null;
  const file = at?.[2] ?? panicked?.file ?? null;
  return {
    category: 'test_failure',
    message: `${name}: ${at?.[4]?.trim() || (panicked ? `panic: ${panicked.message}` : 'failed')}`,
    file,
    line: at ? Number(at[3]) : (panicked?.line ?? null),
    symbol: name,
    identity: `test ${file ?? ''} > ${name}`,
  };
}

/** The first thing a test said: below its end, one step further in; with -v above it, where the test has the word. */
function saidAbout(
  name: string,
  indent: string,
  { lines, index }: { lines: readonly string[]; index: number },
): RegExpExecArray | null {
  for (const text of lines.slice(index + 1, index + MOST_LINES_OF_A_TEST)) {
    const found = IN_TEST.exec(text);
    if (found?.[1]?.length === indent.length + 4) return found;
    if (/^\S|^\s*(?:---|===) /.test(text)) break;
  }
  let first: RegExpExecArray | null = null;
  for (let at = index - 1; at >= Math.max(0, index - MOST_LINES_OF_A_TEST); at -= 1) {
    const text = lines[at] ?? '';
    const begins = BEGINS.exec(text);
    if (begins && begins[1] !== name && !/^\s*(?:---|=== PAUSE)/.test(text)) first = null;
    if (begins?.[1] === name && first) return first;
    if (/^=== RUN /.test(text) && begins?.[1] === name) return null;
    first = IN_TEST.exec(text) ?? first;
  }
  return null;
}

/** The place is the first frame of the repository. */
function panic(lines: readonly string[], index: number): Problem | null {
  const said = /^panic: (.*)$/.exec(lines[index] ?? '')?.[1];
  if (!said) return null;
  const at = lines
    .slice(index + 1, index + 60)
    .map((text) => STACK.exec(text))
    .find((found) => found && !NOT_OURS.test(found[1] ?? ''));
  const message = said.replace(/ \[recovered[^\]]*\]$/, '');
  return {
    category: 'runtime_error',
    message,
    file: at?.[1] ?? null,
    line: at ? Number(at[2]) : null,
    symbol: message.replace(/^runtime error: /, '').slice(0, 120),
  };
}

function importCycle(lines: readonly string[], index: number): Problem | null {
  const name = /^\s+imports (\S+?)(?: from \S+)?: import cycle not allowed/.exec(lines[index] ?? '')?.[1];
  if (!name) return null;
  return {
    category: 'import_resolution',
    message: `import cycle not allowed: ${name} imports itself`,
    symbol: name,
  };
}

/** Modules the machine has not, and that a check has no network to fetch. */
function noModule(line: string): Problem | null {
  const match = /^go: (?:downloading )?(?:\S+ imports\s+)?(\S+?)@(\S+?): (.*)$/.exec(line);
  const [, name = '', version = '', said = ''] = match ?? [];
  if (
    !match ||
    !/^(?:Get "|module lookup disabled|reading |missing go\.sum|unknown revision|verifying |invalid version|unrecognized import)/.test(
      said,
    )
  )
    return null;
  return { category: 'missing_dependency', message: `${name}@${version}: ${said}`, symbol: name };
}

/** `gofmt -l` names files and says nothing else, so only what Runyard's own check prints around them tells. */
function unformatted(line: string): Problem | null {
  const file = /^not formatted: (?:\.\/)?(\S+\.go)$/.exec(line)?.[1];
  return file
    ? { category: 'format', message: `${file} is not formatted as gofmt does it`, file, symbol: 'gofmt' }
    : null;
}
