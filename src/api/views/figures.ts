import type { Breaker } from '../../domain/breaker.ts';
import type { Cost, Usage } from '../../domain/usage.ts';
import type { EndedCounts } from '../../store/ended-runs.ts';
import type { RunLineRecord } from '../../store/run-lines.ts';
import type { BreakerView, RunLine } from '../contract.ts';

export function cacheShareOf(usage: Omit<Usage, 'turns' | 'outputTokens'>): number | null {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const sent = inputTokens + cacheReadTokens + cacheWriteTokens;
  return sent === 0 ? null : cacheReadTokens / sent;
}

export function spentView({ usage, cost }: { readonly usage: Usage; readonly cost: Cost }) {
  return { usage, cacheShare: cacheShareOf(usage), cost };
}

export function addUp(parts: readonly { readonly usage: Usage; readonly cost: Cost }[]): {
  usage: Usage;
  cost: Cost;
} {
  const sum = (of: (usage: Usage) => number) => parts.reduce((total, { usage }) => total + of(usage), 0);
  return {
    usage: {
      inputTokens: sum((usage) => usage.inputTokens),
      outputTokens: sum((usage) => usage.outputTokens),
      cacheReadTokens: sum((usage) => usage.cacheReadTokens),
      cacheWriteTokens: sum((usage) => usage.cacheWriteTokens),
      turns: sum((usage) => usage.turns),
    },
    cost: {
      usd: parts.reduce((total, { cost }) => total + cost.usd, 0),
      status: parts.some(({ cost }) => cost.status === 'unknown') ? 'unknown' : 'known',
    },
  };
}

export function endedCounts(figures: EndedCounts | undefined) {
  const { ended, delivered, failed, timedOut, cancelled } = figures ?? none;
  return {
    ended,
    delivered,
    failed,
    timedOut,
    cancelled,
    successRate: ended === 0 ? null : delivered / ended,
  };
}

const none = { ended: 0, delivered: 0, failed: 0, timedOut: 0, cancelled: 0 };

/** Of a provider or an agent that was never in trouble there is no breaker yet. */
export function breakerView(breaker: Breaker | undefined): BreakerView {
  return {
    state: breaker?.state ?? 'closed',
    since: breaker?.openedAt?.toISOString() ?? null,
    retryAt: breaker?.retryAt?.toISOString() ?? null,
    code: breaker?.cause?.code ?? null,
    cause: breaker?.cause ? `${breaker.cause.what} ${breaker.cause.why}`.trim() : null,
    next: breaker?.cause?.next ?? null,
  };
}

export function runLineView(line: RunLineRecord): RunLine {
  const { id, ticket, title, state, error, createdAt, endedAt, durationMs, attempts, cost } = line;
  return {
    id,
    ticket,
    title,
    state,
    error,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    durationMs,
    attempts,
    cost,
  };
}
