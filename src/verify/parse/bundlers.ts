import { meaningOfMessage } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';

/** esbuild, Vite, Rollup, Rolldown, webpack and Next's builds. */
export const parseBundlers: Parser = (lines) => [
  ...esbuild(lines),
  ...webpack(lines),
  ...rollup(lines),
  ...next(lines),
];

function esbuild(lines: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = /^\s*(?:✘|X) \[ERROR\] (.+?)(?: \[plugin (.+)\])?$/.exec(line);
    if (!head) continue;
    const at = lines
      .slice(index + 1, index + 4)
      .map((next) => /^\s+(\S+?):(\d+):\d+:$/.exec(next))
      .find((found) => found);
    problems.push(buildProblem(head[1] ?? '', at?.[1] ?? null, at ? Number(at[2]) : null));
  }
  return problems;
}

function webpack(lines: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = /^ERROR in (?:\.\/)?(\S+?)(?: (\d+):\d+(?:-\S+)?)?$/.exec(line);
    if (!head) continue;
    const message = (lines[index + 1] ?? '').trim();
    // `TS2322: …` under such a heading is for the parser of tsc.
    if (/^(?:TS\d+|\[tsl\])/.test(message)) continue;
    const block = lines.slice(index + 1, index + 12).join('\n');
    const inner = /(?:SyntaxError|ModuleBuildError|CssSyntaxError)[^\n]*?(\S+\.\w+):? ?\(?(\d+):\d+\)?/.exec(
      block,
    );
    problems.push(
      buildProblem(message, head[1] ?? null, head[2] ? Number(head[2]) : inner ? Number(inner[2]) : null),
    );
  }
  return problems;
}

function rollup(lines: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const message = rollupMessage(line, lines[index + 1] ?? '');
    if (!message) continue;
    const block = lines.slice(index, index + 40).join('\n');
    const from = / from ["']([^"']+)["']/.exec(message)?.[1];
    const at =
      /^file: (\S+?):(\d+):\d+/m.exec(block) ??
      /^\s*╭─\[ ?(\S+?):(\d+):\d+ ?\]/m.exec(block) ??
      /(?:^|\s)((?:\/|\.{0,2}\/|\w)[^\s:()]*\.\w+) ?[:(](\d+):\d+\)?/.exec(block.split('\n    at ')[0] ?? '');
    const file = at?.[1] ?? /^file: (\S+)/m.exec(block)?.[1] ?? from ?? null;
    problems.push(buildProblem(message, file, at ? Number(at[2]) : null));
  }
  return problems;
}

function rollupMessage(line: string, next: string): string | null {
  const error = /^\[!\] (?:\(.+?\) )?(?:RollupError: )?(.+)$/.exec(line)?.[1];
  if (error) return error;
  if (/^error during build:$/i.test(line.trim()) || /^(?:✗|x) Build failed in/.test(line.trim())) {
    if (/^error during build:$/i.test(next.trim())) return null;
    return next.trim() === '' ? null : next.trim();
  }
  return null;
}

function next(lines: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const typed = /^Type error: (.+)$/.exec(line);
    const at = /^(?:\.\/)?(\S+\.\w+):(\d+):\d+$/.exec((lines[index - 1] ?? '').trim());
    if (typed && at) {
      problems.push({
        category: 'type_error',
        message: typed[1] ?? '',
        file: at[1] ?? null,
        line: Number(at[2]),
        symbol: quoted(typed[1] ?? ''),
      });
    }
    const failed =
      /^(?:Error: |\s*)?((?:Module not found|Parsing ecmascript source code failed|Export \w+ doesn't exist|Ecmascript file had an error|Error: x ).*)$/.exec(
        line,
      );
    if (failed && at)
      problems.push(
        nextProblem(lines, index, { message: failed[1] ?? '', file: at[1] ?? '', line: Number(at[2]) }),
      );
    const prerender = /^Error occurred prerendering page "([^"]+)"/.exec(line);
    if (prerender) problems.push(prerenderProblem(lines, index, prerender[1] ?? ''));
  }
  return problems;
}

function nextProblem(
  lines: readonly string[],
  index: number,
  at: { message: string; file: string; line: number },
): Problem {
  const name = /Export (\w+) doesn't exist/.exec(at.message)?.[1];
  const file = at.file.replace(/^\.\/app\/(?=app\/|src\/|pages\/)/, '');
  if (name) return { category: 'missing_export', message: at.message, file, line: at.line, symbol: name };
  if (/Parsing|Ecmascript|x /.test(at.message)) {
    const detail = lines.slice(index + 1, index + 12).find((line) => /^[A-Z]\w+/.test(line));
    return { category: 'syntax_error', message: detail ?? at.message, file, line: at.line };
  }
  return buildProblem(at.message, file, at.line);
}

function prerenderProblem(lines: readonly string[], index: number, page: string): Problem {
  const message =
    lines
      .slice(index + 1, index + 4)
      .find((line) => /Error/.test(line))
      ?.trim() ?? 'failed';
  const property = /reading '([^']+)'/.exec(message)?.[1] ?? /^(?:\w+: )?(\S+) is not/.exec(message)?.[1];
  const route = page === '/' ? '' : page;
  return {
    category: 'runtime_error',
    subcategory: 'prerender',
    message,
    file: `app${route}/page.tsx`,
    symbol: property ?? page,
  };
}

const SYNTAX =
  /Unexpected|Expected|Unterminated|trailing comma|Parse failed|parse failed|Invalid assignment|has already been declared|Missing semicolon|syntax error|Expression expected|is not valid JSON|closing tag|does not match|JSX/;

/** One message of a bundler as a problem: a known cause first, then syntax, then styles, else a plain build error. */
export function buildProblem(message: string, file: string | null, line: number | null): Problem {
  const place = { file: file && /\.\w+$|\//.test(file) ? file : null, line };
  const tailwind =
    /Cannot apply unknown utility class [`'"]?([^\s`'"]+)/.exec(message) ??
    /The [`'"]([^`'"]+)[`'"] class does not exist/.exec(message) ??
    /Cannot (?:use|apply) (?:`@variant` with )?unknown variant:? [`'"]?([^\s`'"]+)/.exec(message) ??
    /Could not resolve value for theme function: [`'"]?([^`'"]+)/.exec(message) ??
    /['"]([\w.-]+)['"] does not exist in your theme/.exec(message);
  if (tailwind) return { category: 'tailwind_invalid_class', message, ...place, symbol: tailwind[1] ?? null };
  if (/PostCSS config|using `tailwindcss` directly as a PostCSS plugin/.test(message)) {
    return {
      category: 'config_error',
      message,
      symbol: /(@tailwindcss\/postcss)/.exec(message)?.[1] ?? 'postcss',
    };
  }
  const exported = /"([^"]+)" is not exported by "([^"]+)"(?:, imported by "([^"]+)")?/.exec(message);
  if (exported)
    return {
      category: 'missing_export',
      message,
      file: exported[3] ?? place.file,
      line,
      symbol: exported[1] ?? null,
    };
  if (/Module parse failed/.test(message) && file && !/\.(?:[cm]?[jt]sx?|json|vue|svelte)$/.test(file)) {
    return { category: 'build_error', subcategory: 'loader', message, ...place, symbol: 'loader' };
  }
  const meaning = meaningOfMessage(message);
  if (meaning && meaning.category !== 'syntax_error') {
    return { ...meaning, message, ...place, symbol: meaning.symbol ?? null };
  }
  if (meaning || SYNTAX.test(message)) {
    const symbol = /closing "?([\w.]+)"? tag|Unexpected token|opening "([\w.]+)" tag/.exec(message);
    const json = file?.endsWith('.json') ? { subcategory: 'json' } : {};
    return {
      category: styles(file) ? 'css_error' : 'syntax_error',
      ...json,
      message,
      ...place,
      symbol: symbol?.[1] ?? symbol?.[2] ?? symbol?.[0] ?? null,
    };
  }
  if (styles(file)) return { category: 'css_error', message, ...place, symbol: quoted(message) };
  return { category: 'build_error', message, ...place, symbol: quoted(message) };
}

function styles(file: string | null): boolean {
  return file !== null && /\.(?:css|scss|sass|less|styl)$/.test(file);
}

function quoted(message: string): string | null {
  return /["'`]([^"'`]+)["'`]/.exec(message)?.[1] ?? null;
}
