import type { Check, CheckKind } from '../domain/verdict.ts';
import { type CheckState, needsOf, nextActions, type ScheduleAction } from './schedule.ts';

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
  readonly stop: AbortController;
  state: CheckState;
  lane: number | null;
}

interface State {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly lanes: { isIdle: boolean; last: number }[];
  readonly worse: CheckKind[];
  readonly running: Map<string, Promise<void>>;
  /** Two may fail at the same moment, and a race tells of one. */
  readonly errors: unknown[];
}

/** Carries out the schedule: at most one check per lane at a time. When one throws, the others are ended before this does. */
export async function runLanes(todo: LaneRun): Promise<void> {
  const state = beginning(todo);
  while (state.errors.length === 0) {
    for (const action of nextActions(snapshotOf(state, todo.stopEarly))) carryOut(action, state, todo);
    if (state.running.size === 0) return;
    await Promise.race(state.running.values());
  }
  for (const { stop } of state.entries.values()) stop.abort('another check could not be run');
  await Promise.all(state.running.values());
  throw state.errors[0];
}

function beginning({ checks, lanes, worse }: LaneRun): State {
  const entries = checks.map((check): [string, Entry] => {
    const needs = needsOf(check, checks);
    return [check.name, { check, needs, stop: new AbortController(), state: 'waiting', lane: null }];
  });
  return {
    entries: new Map(entries),
    lanes: Array.from({ length: lanes }, () => ({ isIdle: true, last: -1 })),
    worse: [...worse],
    running: new Map(),
    errors: [],
  };
}

function snapshotOf({ entries, lanes, worse }: State, stopEarly: boolean) {
  const checks = [...entries.values()].map(({ check, needs, state, lane }) => {
    return { name: check.name, kind: check.kind, needs, state, lane };
  });
  return { checks, lanes, worse, stopEarly };
}

function carryOut(action: ScheduleAction, state: State, todo: LaneRun): void {
  const entry = state.entries.get(action.check);
  if (!entry) return;
  if (action.kind === 'start') {
    state.running.set(action.check, runOne(entry, action.lane, { state, todo }));
    return;
  }
  // One that is running is reported by whoever runs it, once it has ended.
  if (entry.state === 'running') entry.stop.abort(action.why);
  else todo.leave(entry.check, action.why);
  entry.state = 'left';
}

/** Never rejects. */
async function runOne(
  entry: Entry,
  number: number,
  { state, todo }: { state: State; todo: LaneRun },
): Promise<void> {
  const { check, stop } = entry;
  const last = todo.checks.indexOf(check);
  Object.assign(entry, { state: 'running', lane: number });
  state.lanes[number] = { isIdle: false, last };
  try {
    if (await todo.run(check, number, stop.signal)) state.worse.push(check.kind);
  } catch (error) {
    state.errors.push(error);
  } finally {
    if (entry.state === 'running') entry.state = 'ended';
    state.running.delete(check.name);
    state.lanes[number] = { isIdle: true, last };
  }
}
