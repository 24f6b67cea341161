import type { Parser } from './problem.ts';

const UNPARSED =
  /^SyntaxError: ((?:[A-Za-z]:)?[^\s:]{1,400}\.[cm]?[jt]sx?): (\S.*?) \((\d{1,9}):(\d{1,9})\)$/;
/** What runs Babel shows its errors in a way of its own. */
const OF_OTHERS =
  /^(?:ERROR|WARNING) in |^Module build failed|^\s*FAIL\s|^Failed to compile|^\[?!?\]? ?RollupError/;

/** Babel's command, whose parser says where in the file it stopped; it counts columns from 0. */
export const parseBabel: Parser = (lines) => {
  const found = lines.flatMap((line) => {
    const [, file, message = '', row, column] = UNPARSED.exec(line) ?? [];
    if (file === undefined) return [];
    return [
      { category: 'syntax_error' as const, message, file, line: Number(row), column: Number(column) + 1 },
    ];
  });
  return found.length > 0 && lines.some((line) => OF_OTHERS.test(line)) ? [] : found;
};
