import { isBuiltin } from 'node:module';
import { type Meaning, meaningOfMessage } from './js-error.ts';
import type { Problem } from './problem.ts';

const SYNTAX =
  /Unexpected|was left open|Expected|Unterminated|trailing comma|Parse failed|parse failed|Invalid assignment|has already been declared|Missing semicolon|syntax error|Expression expected|is not valid JSON|closing tag|[Ee]nd tag|does not match|JSX|Unclosed|[Mm]issing closing|reserved word/;

/** One message of a bundler as a problem: a known cause first, then syntax, then styles, else a plain build error. */
export function buildProblem(message: string, file: string | null, line: number | null): Problem {
  const place = { file: file && /\.\w+$|\//.test(file) ? file : null, line };
  const tailwind =
    /Cannot apply (?:unknown )?utility class [`'"]?([^\s`'"]+)/.exec(message) ??
    /The [`'"]([^`'"]+)[`'"] class does not exist/.exec(message) ??
    /Cannot (?:use|apply) (?:`@variant` with )?unknown variant:? [`'"]?([^\s`'"]+)/.exec(message) ??
    /Could not resolve value for theme function: [`'"]?(?:theme\()?([^`'")]+)/.exec(message) ??
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
  const plugin = pluginProblem(message, place);
  if (plugin) return plugin;
  const meaning = meaningOfMessage(message);
  if (meaning && meaning.category !== 'syntax_error') {
    return { ...forBrowser(meaning), message, ...place, symbol: meaning.symbol ?? null };
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

interface Place {
  readonly file: string | null;
  readonly line: number | null;
}

/** What bundlers say of files they need a plugin for, and plugins of their options and files. */
function pluginProblem(message: string, place: Place): Problem | null {
  const needsPlugin = /Note that you need (@rollup\/plugin-json|plugins) to import/.exec(message);
  if (needsPlugin && !/\.[cm]?js$/.test(place.file ?? '')) {
    return {
      category: 'build_error',
      subcategory: 'missing_loader',
      message,
      ...place,
      symbol: needsPlugin[1] ?? null,
    };
  }
  const option = /Invalid target "([^"]+)"|You must supply options\.(\w+) to rollup/.exec(message);
  if (option) return { category: 'config_error', message, symbol: option[1] ?? option[2] ?? null };
  if (/^\[builtin:vite-json\]/.test(message)) {
    return { category: 'syntax_error', subcategory: 'json', message, ...place };
  }
  return null;
}

/** A bundle for the browser has no modules of Node, and no package of that name is missing. */
function forBrowser(meaning: Meaning): Meaning {
  return meaning.category === 'missing_dependency' && isBuiltin(meaning.symbol ?? '')
    ? { ...meaning, category: 'import_resolution', subcategory: 'node_core_in_browser' }
    : meaning;
}

function styles(file: string | null): boolean {
  return file !== null && /\.(?:css|scss|sass|less|styl)$/.test(file);
}

function quoted(message: string): string | null {
  return /["'`]([^"'`]+)["'`]/.exec(message)?.[1] ?? null;
}
