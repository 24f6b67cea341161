import { buildProblem } from './bundler-message.ts';
import type { Parser, Problem } from './problem.ts';
import { parseTsc } from './tsc.ts';

/** Rollup and Rolldown, and Vite, which builds with one of them. */
export const parseRollup: Parser = (lines) => {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const problem = problemAt(lines, index, line);
    if (!problem || seen.has(problem.message)) continue;
    seen.add(problem.message);
    problems.push(problem);
  }
  return problems;
};

function problemAt(lines: readonly string[], index: number, line: string): Problem | null {
  const rolldown = /^(?:\S+ \(\d+:\d+\) )?(\[[A-Z][A-Z_]{3,40}\] .+)$/.exec(line)?.[1];
  const message = rolldown ?? messageOf(line, lines.slice(index + 1, index + 6));
  if (!message) return null;
  const block = [message, ...lines.slice(index + 1, index + 40)].join('\n');
  const typed = typeProblem(message);
  if (typed) return typed;
  const at = placeIn(block) ?? placeBefore(lines, index);
  const from = / (?:from|in) ["']([^"']+)["']/.exec(message)?.[1] ?? / in (\S+\.\w+)$/.exec(message)?.[1];
  const file =
    at?.[1] ??
    /^file: (\S+)/m.exec(block)?.[1] ??
    /^\[plugin [^\]]+\] (\S+)$/m.exec(block)?.[1] ??
    from ??
    /^failed to load config from (\S+)$/.exec(lines[index - 1] ?? '')?.[1] ??
    null;
  const problem = buildProblem(withoutRolldownCode(message), file, at ? Number(at[2]) : null);
  const code = /^\[([A-Z_]+)\]/.exec(message)?.[1] ?? null;
  return {
    ...problem,
    // Rolldown calls it a parse error whatever the message says.
    ...(code === 'PARSE_ERROR' && problem.category === 'build_error'
      ? { category: 'syntax_error', symbol: null }
      : {}),
    column: at?.[3] ? Number(at[3]) : null,
    code,
  };
}

/** `@rollup/plugin-typescript` puts the compiler's words behind its own place. */
function typeProblem(message: string): Problem | null {
  const said = /(\S+\.\w+) \((\d+):(\d+)\): @rollup\/plugin-typescript (TS\d+: .+)$/.exec(message);
  if (!said) return null;
  const [, file = '', row, column, words = ''] = said;
  return parseTsc([`${file}(${row},${column}): error ${words}`])[0] ?? null;
}

/** Vite 4 prints the message and its place before it says that the build failed, the message once more after it. */
function placeBefore(lines: readonly string[], index: number): RegExpExecArray | null {
  if (!/^error during build:$/i.test(lines[index]?.trim() ?? '')) return null;
  return placeIn(
    lines
      .slice(Math.max(0, index - 8), index)
      .filter((line) => line.startsWith('file: '))
      .join('\n'),
  );
}

function withoutRolldownCode(message: string): string {
  return message.replace(/^\[(?:MISSING_EXPORT|UNRESOLVED_IMPORT|PARSE_ERROR)\] /, '');
}

function placeIn(block: string): RegExpExecArray | null {
  return (
    /^file: (\S+?):(\d+):(\d+)/m.exec(block) ??
    /^\s*╭─\[ ?(\S+?):(\d+):(\d+) ?\]/m.exec(block) ??
    /(?:^|\s)((?:\/|\.{0,2}\/|\w)[^\s:()]*\.\w+) ?[:(](\d+):(\d+)\)?/.exec(
      block.split(/\n {4}at |\nStack backtrace:/)[0] ?? '',
    )
  );
}

function messageOf(line: string, next: readonly string[]): string | null {
  const error = /^\[!\] (?:\(.+?\) )?(?:RollupError: )?(.+)$/.exec(line)?.[1];
  if (error) return error;
  if (!/^error during build:$/i.test(line.trim()) && !/^(?:✗|x) Build failed in/.test(line.trim()))
    return null;
  const first = next.find((text) => text.trim() !== '')?.trim() ?? '';
  if (first === '' || /^error during build:$/i.test(first)) return null;
  if (!/^Build failed with \d+ errors?:$/.test(first)) return first;
  const said = next
    .slice(next.findIndex((text) => text.trim() === first) + 1)
    .filter((text) => text.trim() !== '');
  // A plugin is named on a line of its own, with its file; the message follows.
  const message = (/^\[plugin [^\]]+\]/.test(said[0] ?? '') ? said[1] : said[0])?.trim() ?? null;
  // Plugins in Rust give their reason on a line of its own.
  return message && /threw an error$/.test(message) && /^Caused by:$/.test(said[1] ?? '')
    ? `${message}: ${said[2]?.trim() ?? ''}`
    : message;
}
