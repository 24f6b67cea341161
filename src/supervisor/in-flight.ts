import type { SupervisedRun } from './supervise-run.ts';

/** The runs this node has a live worker for. */
export interface InFlight {
  readonly active: ReadonlySet<string>;
  add(runId: string, run: SupervisedRun): void;
  get(runId: string): SupervisedRun | undefined;
  /** Resolves when none is left, or when `until` aborts. `onLeft` hears how many there are: at once and at each change. */
  whenOver(drain: Drain): Promise<void>;
  handOver(): Promise<void>;
}

export interface Drain {
  readonly until: AbortSignal;
  readonly onLeft: (count: number) => void;
}

export interface InFlightHooks {
  readonly onError: (error: unknown, runId: string) => void;
  readonly onEnded: () => void;
}

export function createInFlight({ onError, onEnded }: InFlightHooks): InFlight {
  const watched = new Map<string, SupervisedRun>();
  const active = new Set<string>();
  const listeners = new Set<() => void>();
  return {
    active,
    add(runId, run) {
      active.add(runId);
      watched.set(runId, run);
      void run.finished
        .catch((error: unknown) => onError(error, runId))
        .finally(() => {
          // It may have been taken up again here, by another worker.
          if (watched.get(runId) === run) {
            active.delete(runId);
            watched.delete(runId);
          }
          for (const listener of listeners) listener();
          onEnded();
        });
    },
    get: (runId) => watched.get(runId),
    async whenOver({ until, onLeft }) {
      onLeft(active.size);
      if (active.size === 0 || until.aborted) return;
      const over = Promise.withResolvers<void>();
      const look = () => {
        onLeft(active.size);
        if (active.size === 0) over.resolve();
      };
      listeners.add(look);
      until.addEventListener('abort', () => over.resolve(), { once: true });
      await over.promise;
      listeners.delete(look);
    },
    async handOver() {
      await Promise.allSettled([...watched.values()].map((run) => run.handOver()));
    },
  };
}
