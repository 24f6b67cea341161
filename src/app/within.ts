import { setTimeout as delay } from 'node:timers/promises';

/** What `work` gives, or a rejection when it takes longer. The work itself is not ended. */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(limitMs, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`It took longer than ${limitMs} ms.`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
