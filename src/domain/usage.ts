import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Tokens of one or many model calls. `inputTokens` excludes those read from or written to the prompt cache. */
export const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  /** Model exchanges. */
  turns: count,
});
export type Usage = z.infer<typeof usageSchema>;

/** `unknown` when the price of at least one call is not known; then `usd` covers the known part only. */
export const costSchema = z.object({ usd: z.number().nonnegative(), status: z.enum(['known', 'unknown']) });
export type Cost = z.infer<typeof costSchema>;

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  turns: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    turns: a.turns + b.turns,
  };
}
