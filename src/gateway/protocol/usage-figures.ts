import type { CallUsage } from '../../domain/model-call.ts';

/** More tokens than any model takes in one call: a figure above it is not a count. */
const MOST_TOKENS = 100_000_000;

/** The figures as usage, or null when one of them cannot be a count of tokens. */
export function plausible(usage: CallUsage): CallUsage | null {
  const figures = [usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens];
  const good = figures.every((figure) => Number.isInteger(figure) && figure >= 0 && figure <= MOST_TOKENS);
  return good ? usage : null;
}
