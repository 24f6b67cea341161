/** Lets requests wait for the next event of a run without polling the database. */
export interface EventWaiters {
  wait(runId: string, waitMs: number): Promise<void>;
  notify(runId: string): void;
  /** Lets everyone go who waits, now and later: the server is about to end. */
  close(): void;
}

export function createEventWaiters(): EventWaiters {
  const waiting = new Map<string, Set<() => void>>();
  let closed = false;
  return {
    wait(runId, waitMs) {
      if (closed) return Promise.resolve();
      return new Promise((resolve) => {
        const waiters = waiting.get(runId) ?? new Set();
        waiting.set(runId, waiters);
        const done = () => {
          clearTimeout(timer);
          waiters.delete(done);
          if (waiters.size === 0) waiting.delete(runId);
          resolve();
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
