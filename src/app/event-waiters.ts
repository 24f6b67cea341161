/** Lets requests wait for the next event of a run without polling the database. */
export interface EventWaiters {
  /** Resolves at the next event, after `waitMs`, or when the server is about to end. */
  wait(runId: string, waitMs: number): Promise<'look' | 'closing'>;
  notify(runId: string): void;
  /** Lets everyone go who waits, now and later: the server is about to end. */
  close(): void;
}

export function createEventWaiters(): EventWaiters {
  const waiting = new Map<string, Set<() => void>>();
  let closed = false;
  return {
    wait(runId, waitMs) {
      if (closed) return Promise.resolve('closing');
      return new Promise((resolve) => {
        const waiters = waiting.get(runId) ?? new Set();
        waiting.set(runId, waiters);
        const done = () => {
          clearTimeout(timer);
          waiters.delete(done);
          if (waiters.size === 0) waiting.delete(runId);
          resolve(closed ? 'closing' : 'look');
        };
        const timer = setTimeout(done, waitMs);
        waiters.add(done);
      });
    },
    notify(runId) {
      for (const done of [...(waiting.get(runId) ?? [])]) done();
    },
    close() {
      closed = true;
      for (const waiters of [...waiting.values()]) for (const done of [...waiters]) done();
    },
  };
}
