import { runyardError } from '../../domain/errors/runyard-error.ts';

/**
 * Who waits for runs over HTTP, by token. Each wait asks the API about twice a second with that token, so without a bound the waits of a token
 * would use up what it may ask, its cancel_run too.
 */
export interface Waits {
  /** Waits for `work`, or refuses with `api.too-many-waits`. */
  run<T>(token: string, work: () => Promise<T>): Promise<T>;
}

const MOST_OF_ONE = 16;

export function createWaits(most = MOST_OF_ONE): Waits {
  const counts = new Map<string, number>();
  return {
    async run(token, work) {
      const before = counts.get(token) ?? 0;
      if (before >= most) throw runyardError('api.too-many-waits', { limit: most });
      counts.set(token, before + 1);
      try {
        return await work();
      } finally {
        const left = (counts.get(token) ?? 0) - 1;
        if (left > 0) counts.set(token, left);
        else counts.delete(token);
      }
    },
  };
}
