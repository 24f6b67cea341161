import { setTimeout as delay } from 'node:timers/promises';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { backoffDelayMs } from '../lib/backoff.ts';

const RETRY = { initialDelayMs: 200, maxDelayMs: 5_000 };
const MOST_RETRIES = 30;

/** Repeats a step of bookkeeping while the database is away, for about two minutes; what is refused for a reason is not repeated. */
export async function persist<T>(step: () => Promise<T>): Promise<T> {
  for (let retry = 1; ; retry += 1) {
    try {
      return await step();
    } catch (error) {
      if (error instanceof RunyardError || retry >= MOST_RETRIES) throw error;
      await delay(backoffDelayMs(retry, RETRY));
    }
  }
}
