/** Lets requests wait for the next event of a run without polling the database. */
export interface EventWaiters {
  wait(runId: string, waitMs: number): Promise<void>;
  notify(runId: string): void;
}

export function createEventWaiters(): EventWaiters {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wait(runId, waitMs) {
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
  };
}
