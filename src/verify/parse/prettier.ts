import type { Parser, Problem } from './problem.ts';

/** `prettier --check`. */
export const parsePrettier: Parser = (lines) => {
  if (!lines.some((line) => /Code style issues|Checking formatting/.test(line))) return [];
  return lines.flatMap((line): Problem[] => {
    const broken = /^\[error\] (\S+): SyntaxError: (.*?)(?: \((\d+):\d+\))?$/.exec(line);
    if (broken) {
      const [, file = '', message = '', row] = broken;
      return [{ category: 'syntax_error', message, file, line: row ? Number(row) : null }];
    }
    const file = /^\[warn\] (\S+\.\w+)$/.exec(line)?.[1];
    if (!file) return [];
    return [{ category: 'format', message: 'not formatted as prettier would', file, symbol: 'prettier' }];
  });
};
