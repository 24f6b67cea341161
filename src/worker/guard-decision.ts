import type { AttemptRecord } from '../domain/attempt.ts';
import { askedGuards } from '../domain/guard-policy.ts';
import type { SettleRequest } from '../protocol/worker.ts';

const MOST_NAMED = 10;
const LONGEST = 300;

/** Whether guards want a person to look at the change before it is delivered (X13). */
export function asksAPerson({ verdict }: AttemptRecord): boolean {
  return verdict !== null && askedGuards(verdict.guards).length > 0;
}

/** What guards ask, for the detail of a wait; nothing where they ask nothing. */
export function asksOf({ verdict }: AttemptRecord): { readonly asks?: string[] } {
  const asked = askedGuards(verdict?.guards ?? []).map(({ guard, message, file, line }) => {
    const place =
      file === null || message.includes(file) ? '' : ` (${file}${line === null ? '' : `:${line}`})`;
    return `${guard}: ${message}${place}`.slice(0, LONGEST);
  });
  if (asked.length === 0) return {};
  const left = asked.length - MOST_NAMED;
  // Nobody approves what he was not told of.
  const more = left > 0 ? [`And ${left} more, which the findings of the attempt name.`] : [];
  return { asks: [...asked.slice(0, MOST_NAMED), ...more] };
}

/** Why a commit that nothing could verify waits. */
export function unverifiedReason({ verdict }: AttemptRecord): string {
  return `The change could not be verified: ${verdict?.warnings.join(' ') ?? 'no check ran.'}`;
}

/** The run waits for the approval of exactly this commit, and says what is asked. */
export function waitForGuards(attempt: AttemptRecord): SettleRequest {
  const { asks = [] } = asksOf(attempt);
  const more = asks.length > 1 ? ` And ${asks.length - 1} more.` : '';
  const reason = `A guard asks before this change is delivered. ${asks[0] ?? ''}${more}`;
  return {
    outcome: 'waiting',
    reason: 'approval',
    waitMs: null,
    detail: { reason, planHash: null, commit: attempt.commit, asks, verified: attempt.outcome === 'passed' },
  };
}
