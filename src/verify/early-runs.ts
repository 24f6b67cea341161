import type { Check, CheckResult } from '../domain/verdict.ts';
import type { CheckTree } from './check-tree.ts';
import { hidesFailure } from './unseen-crash.ts';

/** Runs on the base commit that begin before anybody asks for them, on what the machine has left over. */
export interface EarlyRuns {
  /**
   * Runs the last of these checks after the others, whose files it reads, unless it was asked for before or `stop` ends it, and removes its
   * tree. Never rejects.
   */
  begin(checks: readonly [...Check[], Check], stop: AbortSignal): Promise<void>;
  /** The pass of a run that has begun. null: none has, it did not pass, or it took too long. */
  passOf(check: Check): Promise<CheckResult | null>;
}

export interface EarlyRunsOptions {
  /** `stop` ends the installation of its packages, too; it then rejects. */
  readonly createTree: (stop: AbortSignal) => Promise<CheckTree>;
  /** How long these took on the change together. */
  readonly tookMs: (checks: readonly Check[]) => number;
  /** At the lowest priority. */
  readonly run: (check: Check, tree: CheckTree, stop: AbortSignal) => Promise<CheckResult>;
  /** Told of a pass that somebody asked for. */
  readonly used: (result: CheckResult) => void;
}

interface EarlyRun {
  readonly checks: readonly Check[];
  /** When its tree was there; null: there is none. */
  readonly startedAtMs: Promise<number | null>;
  readonly result: Promise<CheckResult | null>;
  readonly giveUp: AbortController;
}

const SHORTEST_WAIT_MS = 1_000;
/** How much longer than on the change it may take. */
const PATIENCE = 1.25;

/**
 * Each in a tree of its own, so that no other check on the base commit meets what it left. Only a pass counts: beside another run tests may
 * fail for want of time, and a failure of the base commit would excuse the change. Whoever asks waits until the run has taken about as long
 * as on the change: one that needs longer is starved by other work of the machine, and a run of the usual priority is faster.
 */
export function createEarlyRuns({ createTree, tookMs, run, used }: EarlyRunsOptions): EarlyRuns {
  const runs = new Map<string, EarlyRun>();
  const asked = new Set<string>();

  async function lastIn(made: Promise<CheckTree>, checks: readonly Check[], stop: AbortSignal) {
    const tree = await made;
    let last = tree.install;
    for (const check of checks) {
      if (stop.aborted || (last && last.status !== 'passed')) return null;
      last = await run(check, tree, stop);
    }
    return last;
  }

  return {
    async begin(checks, stop) {
      const name = checks.at(-1)?.name ?? '';
      if (asked.has(name)) return;
      const giveUp = new AbortController();
      const made = createTree(stop);
      const startedAtMs = made.then(() => performance.now()).catch(() => null);
      const result = lastIn(made, checks, AbortSignal.any([stop, giveUp.signal])).catch(() => null);
      runs.set(name, { checks, startedAtMs, result, giveUp });
      await result;
      await made.then((tree) => tree.remove()).catch(() => undefined);
    },
    async passOf({ name }) {
      asked.add(name);
      const early = runs.get(name);
      if (!early) return null;
      // Whoever asks would have to lay a tree out, too.
      const startedAtMs = await early.startedAtMs;
      const ranMs = performance.now() - (startedAtMs ?? 0);
      const waitMs = Math.max(SHORTEST_WAIT_MS, PATIENCE * tookMs(early.checks) - ranMs);
      const timer = setTimeout(() => early.giveUp.abort('it takes too long'), waitMs);
      try {
        const result = await early.result;
        if (result?.status !== 'passed' || hidesFailure(result)) return null;
        used(result);
        return result;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
