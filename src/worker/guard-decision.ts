import type { AttemptRecord } from '../domain/attempt.ts';
import { askedGuards } from '../domain/guard-policy.ts';
import type { SettleRequest } from '../protocol/worker.ts';

const MOST_NAMED = 10;
const LONGEST = 300;

/** Whether guards want a person to look at the change before it is delivered (X13). */
export function asksAPerson({ verdict }: AttemptRecord): boolean {
  return verdict !== null && askedGuards(verdict.guards).length > 0;
}

/** The run waits for the approval of exactly this commit, and says what is asked. */
export function waitForGuards({ verdict, commit }: AttemptRecord): SettleRequest {
  const asked = askedGuards(verdict?.guards ?? []).map(({ guard, message, file, line }) => {
    const place = file === null || message.includes(file) ? '' : ` (${file}${line === null ? '' : `:${line}`})`;
    return `${guard}: ${message}${place}`.slice(0, LONGEST);
  });
  const more = asked.length > 1 ? ` And ${asked.length - 1} more.` : '';
  const reason = `A guard asks before this change is delivered. ${asked[0] ?? ''}${more}`;
  return {
    outcome: 'waiting',
    reason: 'approval',
    waitMs: null,
    detail: { reason, planHash: null, commit, asks: asked.slice(0, MOST_NAMED) },
  };
}
