import { setTimeout as delay } from 'node:timers/promises';

/** Repeats until `check` does not throw any more; after `limitMs` its last error is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 20_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}
