import type { Check, CheckResult } from '../domain/verdict.ts';
import type { CheckTree } from './check-tree.ts';
import { hidesFailure } from './unseen-crash.ts';

/** Runs on the base commit that begin before anybody asks for them, on what the machine has left over. */
export interface EarlyRuns {
  /** Runs it, unless it was asked for before or `stop` ends it, and removes what it needed. Never rejects. */
  begin(check: Check, stop: AbortSignal): Promise<void>;
  /** The pass of a run that has begun. null: none has, it did not pass, or it took too long. */
  passOf(check: Check): Promise<CheckResult | null>;
}

export interface EarlyRunsOptions {
  readonly createTree: () => Promise<CheckTree>;
  /** At the lowest priority. */
  readonly run: (check: Check, tree: CheckTree, stop: AbortSignal) => Promise<CheckResult>;
}

interface EarlyRun {
  readonly startedAtMs: number;
  readonly result: Promise<CheckResult | null>;
  readonly giveUp: AbortController;
}

const SHORTEST_WAIT_MS = 2_000;

/**
 * Each in a tree of its own, so that no other check on the base commit meets what it left. Only a pass counts: beside another run tests may
 * fail for want of time, and a failure of the base commit would excuse the change. Whoever asks waits as long again as the run has taken so
 * far: where the machine is busy with other things, one of the usual priority is faster.
 */
export function createEarlyRuns({ createTree, run }: EarlyRunsOptions): EarlyRuns {
  const runs = new Map<string, EarlyRun>();
  const asked = new Set<string>();

  async function resultIn(made: Promise<CheckTree>, check: Check, stop: AbortSignal) {
    const tree = await made;
    if (stop.aborted || (tree.install && tree.install.status !== 'passed')) return null;
    return run(check, tree, stop);
  }

  return {
    async begin(check, stop) {
      if (asked.has(check.name)) return;
      const giveUp = new AbortController();
      const made = createTree();
      const result = resultIn(made, check, AbortSignal.any([stop, giveUp.signal])).catch(() => null);
      runs.set(check.name, { startedAtMs: performance.now(), result, giveUp });
      await result;
      await made.then((tree) => tree.remove()).catch(() => undefined);
    },
    async passOf({ name }) {
      asked.add(name);
      const early = runs.get(name);
      if (!early) return null;
      const waitMs = Math.max(SHORTEST_WAIT_MS, performance.now() - early.startedAtMs);
      const timer = setTimeout(() => early.giveUp.abort('it takes too long'), waitMs);
      try {
        const result = await early.result;
        return result?.status === 'passed' && !hidesFailure(result) ? result : null;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
