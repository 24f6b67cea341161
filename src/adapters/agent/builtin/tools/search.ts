import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { z } from 'zod';
import { locate } from './locate.ts';
import { readTextFile } from './text-file.ts';
import { defineTool, failure, success } from './tool.ts';
import { walk } from './walk.ts';

const MOST_MATCHES = 200;
const LONGEST_LINE = 300;
const LARGEST_FILE_BYTES = 2 * 1024 * 1024;
const LONGEST_SEARCH_MS = 20_000;
const LONGEST_FILE_MS = 1_000;
const DEEPEST = 50;

export const search = defineTool({
  name: 'search',
  description: `Searches text files of the workspace for a JavaScript regular expression, line by line; at most ${MOST_MATCHES} matches as path:line:text. Binary files, files over 2 MiB, .git and node_modules are passed over.`,
  input: z.object({
    pattern: z.string().min(1).max(1_000),
    path: z.string().default('.').describe('file or folder to search, relative to the workspace'),
    name_ends_with: z.string().optional().describe('only files whose name ends so, for example ".ts"'),
    ignore_case: z.boolean().default(false),
  }),
  async run(input, { root }) {
    const { pattern, path, name_ends_with: ending, ignore_case: ignoreCase } = input;
    const place = await locate(root, path);
    if (!place.ok) return failure(place.why);
    const matcher = createMatcher(pattern, ignoreCase);
    if (typeof matcher === 'string') return failure(matcher);
    const found: string[] = [];
    const skipped: string[] = [];
    const deadline = Date.now() + LONGEST_SEARCH_MS;
    for await (const file of filesAt(place.absolute, place.relative)) {
      if (ending !== undefined && !file.shown.endsWith(ending)) continue;
      const text = await readTextFile(file.absolute, file.shown, LARGEST_FILE_BYTES);
      if (!text.ok) continue;
      const matches = matcher(text.text);
      if (matches) found.push(...matches.map((match) => `${file.shown}:${match}`));
      else skipped.push(file.shown);
      if (found.length >= MOST_MATCHES || Date.now() > deadline) break;
    }
    return success(report(found, skipped, Date.now() > deadline));
  },
});

type Matcher = (text: string) => string[] | null;

/**
 * A pattern can take exponential time (`(a+)+$`), and JavaScript cannot interrupt a match, except inside a vm with a time limit.
 * Null: the file took too long. A text instead of a matcher: what is wrong with the pattern.
 */
function createMatcher(pattern: string, ignoreCase: boolean): Matcher | string {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, ignoreCase ? 'iu' : 'u');
  } catch (error) {
    return `The pattern is not a valid regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
  const script = new Script('lines.flatMap((line, index) => (expression.test(line) ? [index] : []))');
  return (text) => {
    const lines = text.split(/\r?\n/);
    try {
      const hits: unknown = script.runInContext(createContext({ lines, expression }), {
        timeout: LONGEST_FILE_MS,
      });
      return lineNumbers(hits).map(
        (index) => `${index + 1}:${(lines[index] ?? '').trim().slice(0, LONGEST_LINE)}`,
      );
    } catch {
      return null;
    }
  };
}

function lineNumbers(hits: unknown): number[] {
  return z.array(z.number()).parse(Array.from(hits as Iterable<unknown>));
}

async function* filesAt(
  absolute: string,
  relative: string,
): AsyncGenerator<{ absolute: string; shown: string }> {
  if ((await stat(absolute)).isFile()) {
    yield { absolute, shown: relative };
    return;
  }
  for await (const entry of walk(absolute, DEEPEST)) {
    if (entry.kind !== 'file') continue;
    const shown = relative === '.' ? entry.path : `${relative}/${entry.path}`;
    yield { absolute: join(absolute, entry.path), shown };
  }
}

function report(found: readonly string[], skipped: readonly string[], late: boolean): string {
  const notes: string[] = [];
  if (found.length > MOST_MATCHES)
    notes.push(`[more than ${MOST_MATCHES} matches; search in a folder or be more exact]`);
  if (skipped.length > 0) notes.push(`[the pattern took too long on: ${skipped.slice(0, 10).join(', ')}]`);
  if (late) notes.push(`[stopped after ${LONGEST_SEARCH_MS / 1000} s; search in a folder]`);
  if (found.length === 0) return ['No match.', ...notes].join('\n');
  return [...found.slice(0, MOST_MATCHES), ...notes].join('\n');
}
