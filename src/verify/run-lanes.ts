import type { Check, CheckKind } from '../domain/verdict.ts';
import { type CheckState, needsOf, nextActions } from './schedule.ts';

export interface LaneRun {
  readonly checks: readonly Check[];
  readonly lanes: number;
  readonly stopEarly: boolean;
  /** Kinds of what is known to be worse before any of them began. */
  readonly worse: readonly CheckKind[];
  /** Runs one check to its end, and says whether it is worse than on the base commit. `stop` ends it early, with the reason. */
  readonly run: (check: Check, lane: number, stop: AbortSignal) => Promise<boolean>;
  /** A check that is not even begun. */
  readonly leave: (check: Check, why: string) => void;
}

interface Entry {
  readonly check: Check;
  readonly needs: readonly string[];
  state: CheckState;
  lane: number | null;
  stop: AbortController | null;
}

/** Carries out the schedule: at most one check per lane at a time. When one throws, the others are ended before this does. */
export async function runLanes({
  checks,
  lanes: count,
  stopEarly,
  worse: known,
  run,
  leave,
}: LaneRun): Promise<void> {
  const entries = new Map<string, Entry>(
    checks.map((check) => [
      check.name,
      { check, needs: needsOf(check, checks), state: 'waiting', lane: null, stop: null },
    ]),
  );
  const lanes = Array.from({ length: count }, () => ({ isIdle: true, last: -1 }));
  const worse: CheckKind[] = [...known];
  const running = new Map<string, Promise<void>>();

  const start = async (entry: Entry, number: number, stop: AbortController): Promise<void> => {
    const { check } = entry;
    try {
      if (await run(check, number, stop.signal)) worse.push(check.kind);
    } finally {
      if (entry.state === 'running') entry.state = 'ended';
      running.delete(check.name);
      lanes[number] = { isIdle: true, last: checks.indexOf(check) };
    }
  };
  const snapshot = () => ({
    checks: [...entries.values()].map(({ check, needs, state, lane }) => ({
      name: check.name,
      kind: check.kind,
      needs,
      state,
      lane,
    })),
    lanes,
    worse,
    stopEarly,
  });

  try {
    for (;;) {
      for (const action of nextActions(snapshot())) {
        const entry = entries.get(action.check);
        if (!entry) continue;
        if (action.kind === 'leave') {
          if (entry.state === 'running') entry.stop?.abort(action.why);
          else leave(entry.check, action.why);
          entry.state = 'left';
          continue;
        }
        const stop = new AbortController();
        Object.assign(entry, { state: 'running', lane: action.lane, stop });
        lanes[action.lane] = { isIdle: false, last: checks.indexOf(entry.check) };
        running.set(action.check, start(entry, action.lane, stop));
      }
      if (running.size === 0) return;
      await Promise.race(running.values());
    }
  } catch (error) {
    for (const { stop } of entries.values()) stop?.abort('another check could not be run');
    await Promise.allSettled(running.values());
    throw error;
  }
}
