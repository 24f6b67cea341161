import { posix } from 'node:path';
import { z } from 'zod';
import { buildProblem } from './bundler-message.ts';
import { lintProblem } from './eslint.ts';
import { jsonOf } from './json-documents.ts';
import type { Parser, Problem } from './problem.ts';
import { tscProblem } from './tsc.ts';

const OF_SVELTE_CHECK = /^svelte-check found \d|^\d{10,15} START "/;
const HUMAN_PLACE = /^(\S[^\n]{0,400}?\.\w{1,10}):(\d{1,9}):(\d{1,9})$/;
const HUMAN_MESSAGE = /^(Error|Warn): (.*)$/;
const MACHINE =
  /^\d{10,15} (ERROR|WARNING) ("(?:[^"\\]|\\.){1,800}") (\d{1,9}):(\d{1,9}) ("(?:[^"\\]|\\.)*")$/;
const verboseSchema = z.object({
  type: z.enum(['ERROR', 'WARNING']),
  filename: z.string(),
  start: z.object({ line: z.number(), character: z.number() }),
  message: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
});

/** svelte-check in all its outputs: `human`, `human-verbose`, `machine` and `machine-verbose`. */
export const parseSvelteCheck: Parser = (lines) => {
  if (!lines.some((line) => OF_SVELTE_CHECK.test(line))) return [];
  const folder = lines.map((line) => /^\d{10,15} START "([^"]+)"/.exec(line)?.[1]).find(Boolean) ?? '';
  return lines.flatMap((line, index) => {
    const found = machine(line) ?? verbose(line) ?? human(line, lines.slice(index + 1, index + 4));
    return found ? problemOf({ ...found, file: posix.join(folder, found.file) }) : [];
  });
};

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: string;
  readonly message: string;
  /** TypeScript's number, or the name that Svelte's compiler has for it. */
  readonly code?: string | number | undefined;
}

function machine(line: string): Finding | null {
  const [, level = '', file, row, column, message] = MACHINE.exec(line) ?? [];
  if (file === undefined || message === undefined) return null;
  return {
    file: unquoted(file),
    line: Number(row),
    column: Number(column),
    level,
    message: unquoted(message),
  };
}

function verbose(line: string): Finding | null {
  const text = /^\d{10,15} (\{"type".*\})$/.exec(line)?.[1];
  const found = text === undefined ? null : verboseSchema.safeParse(jsonOf(text)).data;
  if (!found) return null;
  const { type: level, filename: file, start, message, code } = found;
  return { file, line: start.line + 1, column: start.character + 1, level, message, code };
}

function human(line: string, next: readonly string[]): Finding | null {
  const [, file, row, column] = HUMAN_PLACE.exec(line) ?? [];
  const [, level, first = ''] = HUMAN_MESSAGE.exec(next[0] ?? '') ?? [];
  if (file === undefined || level === undefined) return null;
  const link = next[1]?.startsWith('https://svelte.dev/e/') ? `\n${next[1]}` : '';
  const message = `${first}${link}`.replace(/ \((?:ts|js|svelte|css)\)$/, '');
  return { file, line: Number(row), column: Number(column), level, message };
}

/** What TypeScript says, where its number is not printed. */
const BY_WORDS: readonly (readonly [RegExp, number])[] = [
  [/^Cannot find module '/, 2307],
  [/^Cannot find name '/, 2304],
  [/ has no exported member |, but it is not exported\./, 2305],
  [/ has no default export\./, 1192],
  [/^Property '[^']+' does not exist on type /, 2339],
];

function problemOf({ message: said, code, level, ...place }: Finding): Problem {
  const [message = '', link = ''] = said.split('\n');
  const rule = /svelte\.dev\/e\/(\w+)/.exec(link)?.[1] ?? (typeof code === 'string' ? code : null);
  const severity = /^w/i.test(level) ? 'warning' : 'error';
  if (rule !== null && severity === 'warning')
    return lintProblem({ ...place, level: severity, message, rule });
  if (rule !== null)
    return { ...buildProblem(message, place.file, place.line), column: place.column, code: rule };
  const told = typeof code === 'number' && code > 0 ? code : null;
  const number = told ?? BY_WORDS.find(([words]) => words.test(message))?.[1] ?? 0;
  const found = tscProblem({ ...place, code: `TS${number}`, message, severity });
  if (told !== null) return found;
  return {
    ...found,
    message,
    code: null,
    symbol: found.symbol === found.code ? null : (found.symbol ?? null),
  };
}

function unquoted(text: string): string {
  const value = jsonOf(text);
  return typeof value === 'string' ? value : text.slice(1, -1);
}
