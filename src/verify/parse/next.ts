import type { FailureCategory } from '../../domain/failure-category.ts';
import { buildProblem } from './bundler-message.ts';
import { meaningOfMessage } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { type Frame, firstOwnFrame } from './stack.ts';

const PLACE = /^(?:\.\/)?(\S+\.\w+)(?::(\d+):(\d+))?$/;
const BOX = /(?:,-|╭─)\[ ?(\S+?):(\d+):(\d+) ?\]/;
/** The first line of a fault; the file stands alone on the line above it. */
const FAULT =
  /^(?:(?:Error|SyntaxError): |\s*)?((?:Module not found|Parsing ecmascript source code failed|Export \w+ doesn't exist|Ecmascript file had an error|You're importing a (?:component|module)|Error: |x |× |Syntax ?[Ee]rror|Expected |Unexpected ).*)$/;

/** Fonts are fetched while building, for a module of Next's own. */
const FONT = /^\s*(?:Error: )?(Failed to fetch \S{1,80} from Google Fonts)/m;

interface Place {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** `next build`, with webpack and with Turbopack. */
export const parseNext: Parser = (lines) => {
  if (
    !lines.some((line) =>
      /\bNext\.js\b|Failed to compile|^Type error: |Turbopack|next(?:js)?\.org/.test(line),
    )
  )
    return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const at = placeOf(lines[index - 1] ?? '');
    const typed = /^Type error: (.+)$/.exec(line)?.[1];
    if (typed && at) problems.push(typeProblem(typed, at));
    else if (typed) problems.push(...routeProblem(typed, lines[index + 1] ?? ''));
    // SWC under webpack leaves the line of the error empty and draws the message below.
    const words = at && /^Error: ?$/.test(line) ? (lines[index + 1] ?? '') : line;
    const fault = at ? FAULT.exec(words)?.[1] : undefined;
    // What Turbopack ran for a style sheet says its error itself, on the next line.
    const isWrapped = /^CssSyntaxError: /.test(lines[index + 1] ?? '');
    if (fault && at && !isWrapped) problems.push(faultProblem(fault, at, lines.slice(index + 1, index + 16)));
    const folders = /^Error: > (Couldn't find any `pages` or `app` directory)/.exec(line)?.[1];
    if (folders) problems.push({ category: 'config_error', message: line, symbol: folders });
    const page = /^Error occurred prerendering page "([^"]+)"/.exec(line)?.[1];
    if (page) problems.push(prerenderProblem(lines, index, page));
  }
  return problems;
};

function placeOf(line: string): Place | null {
  const match = PLACE.exec(line.trim());
  if (!match) return null;
  return {
    // Turbopack names files from the folder above the application when it takes that for the workspace.
    file: (match[1] ?? '').replace(/^app\/(?=(?:app|src|pages)\/)/, ''),
    line: match[2] ? Number(match[2]) : null,
    column: match[3] ? Number(match[3]) : null,
  };
}

/** The compiler's message without its code. */
function typeProblem(message: string, at: Place): Problem {
  const member = /has no exported member(?: named)? '([^']+)'/.exec(message)?.[1];
  if (member) return { category: 'missing_export', message, ...at, symbol: member };
  const noDefault = /has no default export/.test(message);
  if (noDefault)
    return { category: 'missing_export', subcategory: 'default_export', message, ...at, symbol: 'default' };
  const name = /^Cannot find name '([^']+)'/.exec(message)?.[1];
  if (name) return { category: 'undefined_symbol', message, ...at, symbol: name };
  const meaning = /^Cannot find module/.test(message) ? meaningOfMessage(message) : null;
  if (meaning) return { ...meaning, message, ...at };
  const quoted = [...message.matchAll(/'([^']+)'/g)].map((found) => found[1] ?? '');
  const symbol = /not assignable to/.test(message) ? quoted.at(-1) : quoted[0];
  return { category: 'type_error', message, ...at, symbol: symbol ?? null };
}

/**
 * What is wrong with the exports of a page, layout or route handler is found in files that Next generates, whose places it does not print:
 * `Page "app/page.tsx" has an invalid "default" export`, or since Next 15 `Type 'typeof import("app/page")' does not satisfy the constraint`.
 */
function routeProblem(message: string, next: string): Problem[] {
  const named = /^(?:Page|Layout|Route) "([^"]+\.\w+)" /.exec(message)?.[1];
  const module = /typeof import\("([^"]+)"\)/
    .exec(message)?.[1]
    ?.replace(/^.*?((?:src\/)?(?:app|pages)\/)/, '$1');
  const file = named ?? (module && withEnding(module));
  if (!file) return [];
  const missing = /Property '([^']+)' is missing in type 'typeof import\(/.exec(next)?.[1];
  const detail = next.trim() === '' ? message : `${message} ${next.trim()}`;
  if (missing === 'default')
    return [
      { category: 'missing_export', subcategory: 'default_export', message: detail, file, symbol: missing },
    ];
  const symbol = missing ?? /"(\w+)" (?:is not a valid|export)/.exec(detail)?.[1] ?? null;
  return [{ category: 'type_error', message: detail, file, symbol }];
}

/** Handlers of routes hold no JSX; the other files of a route do. */
function withEnding(module: string): string {
  if (/\.[cm]?[jt]sx?$/.test(module)) return module.replace(/\.js$/, '.ts');
  return /\/route$/.test(module) ? `${module}.ts` : `${module}.tsx`;
}

function faultProblem(said: string, at: Place, next: readonly string[]): Problem {
  const box = next.map((line) => BOX.exec(line)).find((found) => found);
  const place: Place =
    box && at.line === null ? { file: at.file, line: Number(box[2]), column: Number(box[3]) } : at;
  const message = said.replace(/^(?:Error: )?\s*[x×]\s+/, '');
  const font = FONT.exec(next.slice(0, 2).join('\n'))?.[1];
  if (font) return { category: 'network', message: `${message} ${next[0] ?? ''}`.trim(), symbol: font };
  const exported = /Export (\w+) doesn't exist/.exec(message)?.[1];
  if (exported) return { category: 'missing_export', message, ...place, symbol: exported };
  const hook = /importing a (?:component that needs|module that depends on) [`"]?(\w+)/.exec(message)?.[1];
  if (hook)
    return { category: 'build_error', subcategory: 'framework_rule', message, ...place, symbol: hook };
  if (/^Parsing ecmascript|^Ecmascript file had an error/.test(message)) {
    const detail = next.find((line) => /^[A-Z]\w+/.test(line));
    const needs = /importing a (?:component that needs|module that depends on) [`"]?(\w+)/.exec(
      detail ?? '',
    )?.[1];
    if (needs)
      return {
        category: 'build_error',
        subcategory: 'framework_rule',
        message: detail ?? message,
        ...place,
        symbol: needs,
      };
    return { category: 'syntax_error', message: detail ?? message, ...place };
  }
  return { ...buildProblem(message, place.file, place.line), column: place.column };
}

/** What a page lacks from outside, whatever the page makes of it. */
const FROM_OUTSIDE: ReadonlySet<FailureCategory> = new Set<FailureCategory>([
  'network',
  'timeout',
  'missing_env_var',
  'database',
]);

/** Next 14 prints the error with its cause before it names the page, and without it again afterwards. */
function prerenderProblem(lines: readonly string[], index: number, page: string): Problem {
  const next = lines.slice(index + 1, index + 4);
  const message = next.find((line) => /Error/.test(line))?.trim() ?? 'failed';
  const after = lines.slice(index + 1, index + 25);
  const before = lines.slice(Math.max(0, index - 60), index);
  const told = [message, causeIn(after) ?? causeIn(before) ?? ''].join('\n');
  const meaning = meaningOfMessage(told);
  if (meaning && FROM_OUTSIDE.has(meaning.category)) {
    const at = sourceFrame(after);
    return { ...meaning, message: told.trim(), file: at?.file ?? null, line: at?.line ?? null };
  }
  const property = /reading '([^']+)'/.exec(message)?.[1] ?? /^(?:\w+: )?(\S+) is not/.exec(message)?.[1];
  const route = page === '/' ? '' : page;
  const at = sourceFrame(after);
  return {
    category: 'runtime_error',
    subcategory: 'prerender',
    message,
    file: at?.file ?? `app${route}/page.tsx`,
    line: at?.line ?? null,
    column: at?.column ?? null,
    symbol: property ?? page,
  };
}

/** Where Next maps the stack back to the sources. */
function sourceFrame(lines: readonly string[]): Frame | null {
  const frame = firstOwnFrame(lines);
  return frame && !frame.file.includes('.next/') ? frame : null;
}

function causeIn(lines: readonly string[]): string | null {
  return lines.find((line) => /^\s*\[cause\]: /.test(line))?.trim() ?? null;
}
