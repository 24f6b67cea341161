import { meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';

/** An uncaught error of a Node process: the position printed above it, its message, its stack. */
export const parseNodeRuntime: Parser = (lines) => {
  const footer = lines.findIndex((line) => /^(?:Node\.js v\d+|Bun v\d+)/.test(line));
  if (
    footer < 0 &&
    !lines.some((line) => /^\s+at .*(?:node:(?:internal|events|net|fs)|file:\/\/)/.test(line))
  )
    return [];
  const index = lines.findIndex((line) => {
    const error = splitErrorLine(line);
    return error !== null && !/Warning$/.test(error.name);
  });
  if (index < 0) return [];
  const error = splitErrorLine(lines[index] ?? '');
  if (!error) return [];
  const problem = problemOf(lines, index, error);
  return [{ ...problem, rule: `node/${problem.code ?? problem.category}` }];
};

function problemOf(
  lines: readonly string[],
  index: number,
  error: { name: string; message: string },
): Problem {
  const after = lines.slice(index, index + 60);
  const meaning =
    meaningOfMessage(saidOf(after).join('\n'), error.name) ?? meaningOfMessage(after.join('\n'), error.name);
  const syntax = error.name.includes('SyntaxError');
  const above = positionAbove(lines, index);
  const importer =
    /imported from ['"]?([^\s'"]+)/.exec(error.message)?.[1] ??
    /(?:Require stack:\s*\n- |Required by: )(\S+)/.exec(after.join('\n'))?.[1];
  const frame = firstOwnFrame(after);
  const at = (syntax ? above : null) ?? frame ?? above;
  const isImport = importer !== undefined && meaning && /import|dependency/.test(meaning.category);
  const sameFile = isImport && at && importer.endsWith(at.file.replace(/^file:\/\//, ''));
  return {
    category: meaning?.category ?? 'runtime_error',
    ...(meaning?.subcategory ? { subcategory: meaning.subcategory } : {}),
    message: `${error.name}: ${error.message}`,
    file: isImport ? importer : (at?.file ?? null),
    line: isImport && !sameFile ? null : (at?.line ?? null),
    column: isImport && !sameFile ? null : at && 'column' in at ? at.column : null,
    code:
      /code: '(\w+)'/.exec(after.join('\n'))?.[1] ?? /\[(ERR_\w+)\]/.exec(lines[index] ?? '')?.[1] ?? null,
    symbol: meaning?.symbol ?? error.message.slice(0, 120),
  };
}

/** The message and its causes: an error with properties shows objects below them, in which any word may stand. */
function saidOf(after: readonly string[]): string[] {
  const end = after.findIndex((line) => /^\s+at /.test(line));
  const causes = after.filter((line) => /^\s*\[(?:cause|errors)\]: |^\s+code: '/.test(line));
  return [...after.slice(0, end < 0 ? 1 : Math.max(1, end)), ...causes];
}

/** Node prints `file:///path/file.js:12` before the source line of a fault. */
function positionAbove(lines: readonly string[], index: number): { file: string; line: number } | null {
  for (const line of lines.slice(Math.max(0, index - 8), index)) {
    const match = /^((?:file:\/\/)?\/\S+):(\d+)$/.exec(line);
    if (match?.[1] && !match[1].includes('node_modules/')) return { file: match[1], line: Number(match[2]) };
  }
  return null;
}
