import { setTimeout as delay } from 'node:timers/promises';
import { defaultHealing } from '../domain/healing-policy.ts';
import { decideVerification } from '../domain/healing-verification.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { WorkerContext } from './context.ts';

export interface Patience {
  readonly context: WorkerContext;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Verifies a commit, and again where its failure may pass by itself: a registry that is away is no fault of the attempt. */
export async function verifyPatiently(
  { context, attempt, signal }: Patience,
  verify: (isFresh: boolean) => Promise<Verdict>,
): Promise<{ verdict: Verdict; verifiedAgain: number }> {
  const healing = context.assignment.spec.healing ?? defaultHealing;
  for (let done = 0; ; done += 1) {
    // What is kept of the first verification would only say the same again.
    const verdict = await verify(done > 0);
    const again = decideVerification({ verdict, done, healing });
    if (!again) return { verdict, verifiedAgain: done };
    context.emit({ type: 'verification.repeated', data: { attempt, ...again } });
    context.setActivity(`waiting to verify again: ${again.reason}`);
    await delay(again.waitMs, undefined, { signal });
  }
}
