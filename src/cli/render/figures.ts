import type { BreakerView } from '../../api/contract.ts';
import type { Cost, Usage } from '../../domain/usage.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean } from '../clean.ts';

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** Nearly all is not all, and nearly nothing is not nothing. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  const value = share * 100;
  if (value > 99 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
  if (value > 0 && value < 1) return '< 1 %';
  return `${Math.round(value)} %`;
}

export function usd(value: number): string {
  return `$${value.toFixed(4)}`;
}

/** In a column: what is unknown is said, and the part that is known. */
export function costCell({ usd: value, status }: Cost): string {
  if (status === 'known') return usd(value);
  return value === 0 ? 'unknown' : `> ${usd(value)}`;
}

export function tokensOf({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
}: Omit<Usage, 'turns'>): string {
  const cache =
    cacheReadTokens + cacheWriteTokens > 0
      ? `, cache ${number(cacheReadTokens)} read ${number(cacheWriteTokens)} written`
      : '';
  return `${number(inputTokens)} in, ${number(outputTokens)} out${cache}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** `2 of 4`, or `2` where there is no limit. */
export function limitCell({ running, mostRuns }: { running: number; mostRuns: number | null }): string {
  return mostRuns === null ? String(running) : `${running} of ${mostRuns}`;
}

/** How long ago, or how long still. */
export function spanOf(from: string | number, to: string | number): string {
  return formatDuration(Math.max(0, new Date(to).getTime() - new Date(from).getTime()));
}

/** `2026-11-21 12:40 UTC (in 5m 00s)`. */
export function comingInstant(at: string, now: Date): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC (in ${spanOf(now.getTime(), at)})`;
}

/** What stands before a provider or an agent, in a sentence; null: nothing does. */
export function breakerText({ state, retryAt, cause, code }: BreakerView, now: Date): string | null {
  if (state === 'closed') return null;
  const why = cause ?? code;
  const because = why === null ? '' : `: ${clean(why)}`;
  if (state === 'half_open') return `one run tries whether it works again${because}`;
  const until = retryAt === null ? '' : ` until ${comingInstant(retryAt, now)}`;
  return `left alone${until}${because}`;
}
