import { buildProblem } from './bundlers.ts';
import type { Parser, Problem } from './problem.ts';

/** Sass, Less, PostCSS and the command lines of Tailwind. */
export const parseStyles: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const css = /^\s*(?:\[.*?\] )?CssSyntaxError: (?:[\w-]+: )?(\S+?):(\d+):\d+: (.*)$/.exec(line);
    if (css) problems.push(styleProblem(css[3] ?? '', css[1] ?? null, Number(css[2])));
    const sass = /^Error: (.+)$/.exec(line);
    const at =
      sass &&
      lines
        .slice(index + 1, index + 8)
        .map((next) => /^\s+(\S+\.(?:scss|sass|css)) (\d+):\d+/.exec(next))
        .find((found) => found);
    if (sass && at) problems.push(styleProblem(sass[1] ?? '', at[1] ?? null, Number(at[2])));
    const unplaced =
      /^\s*(?:Error: |\[.*?\] )?((?:Cannot apply unknown utility class|Cannot use `@variant` with unknown|Could not resolve value for theme function).*)$/.exec(
        line,
      );
    if (unplaced) problems.push(buildProblem(unplaced[1] ?? '', fileNear(lines, index), null));
  }
  return problems;
};

function styleProblem(message: string, file: string | null, line: number): Problem {
  const problem = buildProblem(message, file, line);
  if (problem.category === 'tailwind_invalid_class') return problem;
  return {
    category: 'css_error',
    message,
    file,
    line,
    symbol: /[`'"]([^`'"]+)[`'"]/.exec(message)?.[1] ?? message.replace(/\.$/, ''),
  };
}

function fileNear(lines: readonly string[], index: number): string | null {
  const near = lines.slice(index, index + 4).join('\n');
  return /(?:file|in): (\S+\.css)/.exec(near)?.[1] ?? null;
}
