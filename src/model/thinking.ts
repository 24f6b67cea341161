import type { ModelLimits } from './catalogue.ts';

type Effort = 'low' | 'medium' | 'high';

/** How much of the output goes where, in the terms of the model (M7). */
export interface OutputBudget {
  /** For the answer itself, without thinking. */
  readonly maxOutputTokens: number;
  readonly thinking:
    | { readonly kind: 'none' }
    | { readonly kind: 'budget'; readonly tokens: number }
    | { readonly kind: 'adaptive' | 'effort'; readonly effort: Effort };
}

/** Enough for any answer of ours; more only invites longer ones. */
const USUAL_OUTPUT_TOKENS = 32_000;
/** The smallest budget Anthropic takes. */
const SMALLEST_BUDGET = 1024;

/** Divides what the model may put out between thinking and answer; the sum never exceeds its limit (M2). */
export function outputBudget(
  limits: ModelLimits,
  asked: { readonly thinkingTokens: number; readonly maxOutputTokens?: number | undefined },
): OutputBudget {
  const { thinkingTokens } = asked;
  const wanted = Math.min(asked.maxOutputTokens ?? USUAL_OUTPUT_TOKENS, limits.maxOutputTokens);
  const without = { maxOutputTokens: wanted, thinking: { kind: 'none' } } as const;
  if (thinkingTokens <= 0) return without;
  switch (limits.thinking) {
    case 'none':
      return without;
    case 'budget': {
      const tokens = Math.min(thinkingTokens, Math.floor(limits.maxOutputTokens / 2));
      if (tokens < SMALLEST_BUDGET) return without;
      const maxOutputTokens = Math.min(wanted, limits.maxOutputTokens - tokens);
      return { maxOutputTokens, thinking: { kind: 'budget', tokens } };
    }
    case 'adaptive':
    case 'effort': {
      // Here thinking is part of the output: without room for it the answer would be cut.
      const maxOutputTokens = Math.min(wanted + thinkingTokens, limits.maxOutputTokens);
      return { maxOutputTokens, thinking: { kind: limits.thinking, effort: effortFor(thinkingTokens) } };
    }
  }
}

function effortFor(thinkingTokens: number): Effort {
  if (thinkingTokens < 4000) return 'low';
  return thinkingTokens <= 16_000 ? 'medium' : 'high';
}
