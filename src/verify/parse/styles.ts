import { buildProblem } from './bundler-message.ts';
import type { Parser, Problem } from './problem.ts';

const CSS = /^\s*(?:\[.*?\] )?CssSyntaxError: (?:[\w-]+: )?(\S+?):(\d+):(\d+): (.*)$/;
const LESS = /^(\w+Error): (.*?) in (\S+\.less) on line (\d+), column (\d+):?$/;
const UNPLACED =
  /^\s*(?:Error: |\[.*?\] )?((?:Cannot apply (?:unknown )?utility class|Cannot use `@variant` with unknown|Could not resolve value for theme function|Can't resolve ').*)$/;

/** Sass, Less, PostCSS and the command lines of Tailwind, which print errors in boxes. */
export const parseStyles: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, boxed] of lines.entries()) {
    const line = boxed.replace(/^\s*│ ?/, '');
    const problem =
      css(line) ??
      less(line) ??
      sass(line, lines.slice(index + 1, index + 8)) ??
      unplaced(line, lines, index);
    if (problem) problems.push(problem);
  }
  return problems;
};

function css(line: string): Problem | null {
  const match = CSS.exec(line);
  if (!match) return null;
  return styleProblem(match[4] ?? '', {
    file: match[1] ?? null,
    line: Number(match[2]),
    column: Number(match[3]),
  });
}

function less(line: string): Problem | null {
  const match = LESS.exec(line);
  if (!match) return null;
  const [, code, message = '', file = null, row, column] = match;
  const name = /([@.#][\w-]+)/.exec(message)?.[1];
  return {
    category: 'css_error',
    message: `${code}: ${message}`,
    file,
    line: Number(row),
    column: Number(column),
    code: code ?? null,
    symbol: name ?? message,
  };
}

function sass(line: string, next: readonly string[]): Problem | null {
  const message = /^(?:Error|Sass error): (.+)$/.exec(line)?.[1];
  const at =
    message &&
    next.map((text) => /^\s+(\S+\.(?:scss|sass|css)) (\d+):(\d+)/.exec(text)).find((found) => found);
  if (!message || !at) return null;
  const place = { file: at[1] ?? null, line: Number(at[2]), column: Number(at[3]) };
  if (/^Can't find stylesheet to import/.test(message))
    return {
      category: 'css_error',
      subcategory: 'import',
      message,
      ...place,
      symbol: "Can't find stylesheet to import",
    };
  return styleProblem(message, place);
}

interface Place {
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

function styleProblem(message: string, place: Place): Problem {
  const problem = buildProblem(message, place.file, place.line);
  if (problem.category === 'tailwind_invalid_class') return { ...problem, column: place.column };
  // A message of one quoted token and a verb is best told whole: `expected ";"`.
  const quoted = /^expected /.test(message) ? null : /[`'"]([^`'"]+)[`'"]/.exec(message)?.[1];
  return { category: 'css_error', message, ...place, symbol: quoted ?? message.replace(/\.$/, '') };
}

function unplaced(line: string, lines: readonly string[], index: number): Problem | null {
  const message = UNPLACED.exec(line)?.[1];
  if (!message) return null;
  const isPlacedBelow = lines
    .slice(index + 1, index + 40)
    .some((below) => below.endsWith(message) && css(below) !== null);
  if (isPlacedBelow) return null;
  const before = /(\S+\.css)$/.exec(lines[index - 1] ?? '')?.[1];
  return buildProblem(message, fileNear(lines, index) ?? before ?? null, null);
}

function fileNear(lines: readonly string[], index: number): string | null {
  const near = lines.slice(index, index + 4).join('\n');
  return /(?:file|in): (\S+\.css)/.exec(near)?.[1] ?? null;
}
