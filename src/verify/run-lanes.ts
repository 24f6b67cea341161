import type { Check, CheckKind } from '../domain/verdict.ts';
import { type CheckState, nextActions, type ScheduleAction } from './schedule.ts';

/** A check as lanes take it. */
export interface LaneCheck {
  readonly check: Check;
  /** Names of checks before it in the list whose files it reads, or that come first. */
  readonly needs: readonly string[];
  /** The check that runs these tests once more, among all others; null: it is no part of another. */
  readonly partOf: Check | null;
}

export interface LaneRun {
  readonly checks: readonly LaneCheck[];
  readonly lanes: number;
  readonly stopEarly: boolean;
  /** Kinds of what is known to be worse before any of them began. */
  readonly worse: readonly CheckKind[];
  /**
   * Runs one check to its end in the tree of this number, and says whether it is worse than on the base commit. `stop` ends it early, with
   * the reason.
   */
  readonly run: (check: LaneCheck, tree: number, stop: AbortSignal) => Promise<boolean>;
  /** For lanes that have nothing left to do; ended with the last check. */
  readonly spare?: readonly SpareWork[];
  /** A check that is not even begun. */
  readonly leave: (check: LaneCheck, why: string) => void;
}

/** Never rejects. */
type SpareWork = (stop: AbortSignal) => Promise<void>;

interface Entry {
  readonly of: LaneCheck;
  readonly stop: AbortController;
  state: CheckState;
  lane: number | null;
}

interface State {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly lanes: { isIdle: boolean; last: number; tree: number }[];
  trees: number;
  readonly worse: CheckKind[];
  readonly worseInPart: string[];
  readonly running: Map<string, Promise<void>>;
  /** Work of lanes that had nothing left to do. */
  readonly spare: Set<Promise<void>>;
  /** Two may fail at the same moment, and a race tells of one. */
  readonly errors: unknown[];
}

/** Carries out the schedule: at most one check per lane at a time. When one throws, the others are ended before this does. */
export async function runLanes(todo: LaneRun): Promise<void> {
  const state = beginning(todo);
  const over = new AbortController();
  const spare = [...(todo.spare ?? [])];
  try {
    while (state.errors.length === 0) {
      for (const action of nextActions(snapshotOf(state, todo.stopEarly))) carryOut(action, state, todo);
      if (state.running.size === 0) return requireEnd(state);
      takeSpare(state, spare, over.signal);
      await Promise.race([...state.running.values(), ...state.spare]);
    }
    for (const { stop } of state.entries.values()) stop.abort('another check could not be run');
    await Promise.all(state.running.values());
    throw state.errors[0];
  } finally {
    over.abort();
    await Promise.all(state.spare);
  }
}

function beginning({ checks, lanes, worse }: LaneRun): State {
  const entries = checks.map((of): [string, Entry] => {
    return [of.check.name, { of, stop: new AbortController(), state: 'waiting', lane: null }];
  });
  return {
    entries: new Map(entries),
    lanes: Array.from({ length: lanes }, (_, tree) => ({ isIdle: true, last: -1, tree })),
    trees: lanes,
    worse: [...worse],
    worseInPart: [],
    running: new Map(),
    spare: new Set(),
    errors: [],
  };
}

function snapshotOf({ entries, lanes, worse, worseInPart }: State, stopEarly: boolean) {
  const checks = [...entries.values()].map(({ of: { check, needs, partOf }, state, lane }) => {
    return { name: check.name, kind: check.kind, needs, state, lane, partOf: partOf?.name ?? null };
  });
  return { checks, lanes, worse, worseInPart, stopEarly };
}

function carryOut(action: ScheduleAction, state: State, todo: LaneRun): void {
  const entry = state.entries.get(action.check);
  if (!entry) return;
  if (action.kind === 'start') {
    const lane = state.lanes[action.lane];
    if (!lane) return;
    if (action.isFresh) lane.tree = state.trees++;
    Object.assign(lane, { isIdle: false, last: todo.checks.indexOf(entry.of) });
    Object.assign(entry, { state: 'running', lane: action.lane });
    const done = runOne(entry, lane.tree, { state, todo }).finally(() => {
      state.running.delete(action.check);
      lane.isIdle = true;
    });
    state.running.set(action.check, done);
    return;
  }
  // One that is running is reported by whoever runs it, once it has ended.
  if (entry.state === 'running') entry.stop.abort(action.why);
  else todo.leave(entry.of, action.why);
  entry.state = 'left';
}

/** A lane that has nothing to do now never will: whatever waits is bound to another. */
function takeSpare(state: State, spare: SpareWork[], stop: AbortSignal): void {
  for (const lane of state.lanes) {
    const work = lane.isIdle ? spare.shift() : undefined;
    if (!work) continue;
    lane.isIdle = false;
    const done = work(stop).finally(() => {
      state.spare.delete(done);
      lane.isIdle = true;
    });
    state.spare.add(done);
  }
}

/** A check that could never begin must not go missing from a verdict. */
function requireEnd({ entries }: State): void {
  const stuck = [...entries].flatMap(([name, { state }]) => (state === 'waiting' ? [name] : []));
  if (stuck.length > 0) throw new Error(`No lane can take ${stuck.join(', ')}.`);
}

/** Never rejects. */
async function runOne(
  entry: Entry,
  tree: number,
  { state, todo }: { state: State; todo: LaneRun },
): Promise<void> {
  const { of, stop } = entry;
  try {
    if (await todo.run(of, tree, stop.signal)) {
      state.worse.push(of.check.kind);
      if (of.partOf) state.worseInPart.push(of.partOf.name);
    }
  } catch (error) {
    state.errors.push(error);
  } finally {
    if (entry.state === 'running') entry.state = 'ended';
  }
}
