import { buildProblem } from './bundler-message.ts';
import type { Parser, Problem } from './problem.ts';

const HEAD = /^\s*(?:× |✖ )?@parcel\/([\w-]+): (.+)$/;

/** Parcel: a message of one of its packages, the place below. */
export const parseParcel: Parser = (lines) => {
  if (!lines.some((line) => line.includes('Build failed.'))) return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const message = HEAD.exec(line)?.[2];
    const at =
      message &&
      lines
        .slice(index + 1, index + 4)
        .map((next) => /^\s+(\S+?):(\d+):(\d+)$/.exec(next))
        .find((found) => found);
    if (!message || !at) continue;
    const imported = /^Failed to resolve '([^']+)'/.exec(message)?.[1];
    const text = imported ? `Could not resolve "${imported}"` : message;
    const problem = buildProblem(text, at[1] ?? null, Number(at[2]));
    problems.push({ ...problem, message, column: Number(at[3]) });
  }
  return problems;
};
