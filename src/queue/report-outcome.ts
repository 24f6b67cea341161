import type { BreakerOutcome, BreakerPolicy } from '../domain/breaker.ts';
import { needsProof } from '../domain/provider-trouble.ts';
import { findBreaker, hasWorked } from '../store/breakers.ts';
import { databaseNow } from '../store/database-now.ts';
import { changeBreaker } from './change-breaker.ts';
import type { Queue } from './queue.ts';
import { wakeParked } from './wake-parked.ts';

export interface Report {
  /** `provider:<name>` or `agent:<name>`. */
  readonly key: string;
  readonly outcome: BreakerOutcome;
  readonly policy: BreakerPolicy;
}

/** Tells a breaker how a use went. Any node, any number of them at once. */
export async function reportOutcome(
  { store }: Pick<Queue, 'store'>,
  { key, outcome, policy }: Report,
): Promise<void> {
  const { breaker } = await findBreaker(store.db, key);
  const untroubled = breaker.state === 'closed' && breaker.failures === 0;
  if (outcome.kind === 'success' && untroubled) return;
  if (outcome.kind === 'failure' && needsProof(outcome.cause) && !(await isProven(store, key))) return;
  for (;;) {
    const after = await store.db
      .transaction()
      .execute(async (tx) => changeBreaker(tx, { key, outcome, now: await databaseNow(tx), policy }));
    if (after === null) continue;
    if (breaker.state !== 'closed' && after.state === 'closed') await wakeParked(store.db, key);
    return;
  }
}

async function isProven({ db }: Queue['store'], key: string): Promise<boolean> {
  const [kind, name = ''] = key.split(':', 2);
  return kind !== 'provider' || hasWorked(db, name);
}
