import { buildProblem } from './bundler-message.ts';
import type { Parser, Problem } from './problem.ts';

/** esbuild and what prints like it: tsup, wrangler, older Vite plugins. */
export const parseEsbuild: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = /^\s*(?:✘|X) \[ERROR\] (.+?)(?: \[plugin (.+)\])?$/.exec(line);
    if (!head) continue;
    const at = lines
      .slice(index + 1, index + 4)
      .map((next) => /^\s+(\S+?):(\d+):(\d+):$/.exec(next))
      .find((found) => found);
    problems.push(problemOf(head[1] ?? '', at ?? null));
  }
  return problems;
};

function problemOf(message: string, at: RegExpExecArray | null): Problem {
  // The place is that of the output, made by `tsc` within the same tool.
  const types = /^(?:error )?TS\d+: /.test(message);
  const flag = /^Invalid (?:build|transform) flag: "?([^"]+)"?/.exec(message);
  if (flag) return { category: 'config_error', message, symbol: flag[1] ?? null };
  const entry = at === null ? /^Could not resolve "([^"]+)"/.exec(message) : null;
  if (entry)
    return { category: 'import_resolution', subcategory: 'entry', message, symbol: entry[1] ?? null };
  const loader = /^No loader is configured for "([^"]+)"/.exec(message);
  const problem = buildProblem(message, at?.[1] ?? null, at ? Number(at[2]) : null);
  const placed = { ...problem, column: at && !types ? Number(at[3]) + 1 : null };
  return loader
    ? { ...placed, category: 'build_error', subcategory: 'missing_loader', symbol: loader[1] ?? null }
    : placed;
}
