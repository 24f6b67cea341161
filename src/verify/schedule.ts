import { type Check, type CheckKind, partFails } from '../domain/verdict.ts';

/** `left`: it was left out. */
export type CheckState = 'waiting' | 'running' | 'ended' | 'left';

export interface ScheduledCheck {
  readonly name: string;
  readonly kind: CheckKind;
  /** Names of checks before it in the list whose files it reads. */
  readonly needs: readonly string[];
  readonly state: CheckState;
  /** Where it runs or ran; null while it waits. */
  readonly lane: number | null;
  /** The check that runs these tests once more, among all others; null: it is no part of another. */
  readonly partOf: string | null;
}

/** A laid-out tree in which one check at a time runs. `last`: place in the list of the check that began last in it; -1: none. */
export interface Lane {
  readonly isIdle: boolean;
  readonly last: number;
}

export interface ScheduleSnapshot {
  /** In the order of the plan. */
  readonly checks: readonly ScheduledCheck[];
  readonly lanes: readonly Lane[];
  /** Kinds of the checks that are known to be worse than on the base commit. */
  readonly worse: readonly CheckKind[];
  /** Names of the checks a part of which is known to be worse. */
  readonly worseInPart: readonly string[];
  /** Leave out what is expensive and would only repeat what is known. */
  readonly stopEarly: boolean;
}

export type ScheduleAction =
  | {
      readonly kind: 'start';
      readonly check: string;
      readonly lane: number;
      /** The lane goes on in a new tree. */
      readonly isFresh: boolean;
    }
  /** It is reported as not run, with these words. A running one is ended. */
  | { readonly kind: 'leave'; readonly check: string; readonly why: string };

/**
 * What is to be done now, decided from a snapshot. Checks that make files and checks that need them share a lane, in the order of the
 * plan. A tree only goes forward in that order, so that no check sees what one behind it left lying about: whatever a tree holds, a run of
 * one check after the other would have shown as well. A lane that could only go back does so in a new tree, and so does one that ran tests
 * of the changed files before their turn. With several lanes the first begins with the tests, which mostly take longest.
 */
export function nextActions(snapshot: ScheduleSnapshot): readonly ScheduleAction[] {
  const left = leftOut(snapshot);
  const names = new Set(left.map(({ check }) => check));
  const checks = snapshot.checks.map((check) =>
    names.has(check.name) ? { ...check, state: 'left' as const } : check,
  );
  return [...left, ...starts({ ...snapshot, checks })];
}

/** What a check needs: what it says; else whatever before it makes files. Needs that stand behind it, or nowhere, cannot be met. */
export function needsOf(check: Check, checks: readonly Check[]): readonly string[] {
  const earlier = checks.slice(
    0,
    checks.findIndex(({ name }) => name === check.name),
  );
  const { needs } = check;
  return earlier
    .filter((other) => (needs ? needs.includes(other.name) : producesFiles(other)))
    .map(({ name }) => name);
}

/** Whether a check may leave files that others read. A type check only where it is not plain that it writes nothing. */
export function producesFiles({ kind, argv }: Pick<Check, 'kind' | 'argv'>): boolean {
  if (kind === 'typecheck') return !argv.includes('--noEmit');
  return kind === 'install' || kind === 'build' || kind === 'custom';
}

const CHEAP: ReadonlySet<CheckKind> = new Set(['typecheck', 'lint', 'format', 'imports']);
const COMPILES: ReadonlySet<CheckKind> = new Set(['install', 'typecheck', 'imports', 'build']);

/**
 * What the next attempt can do without. Code that does not compile fails its tests and builds too, and their failures would only hide the
 * cause: they are left out or ended. A failed test leaves out builds, tests and others that have not begun: the attempt is refused anyway.
 * A finding of a linter or formatter leaves out nothing, as tests say something else. What is cheap always runs: mending all of it
 * at once saves an attempt. Tests of the changed files end the suite when they fail, and are not ended by others, as they are few and
 * tell the next attempt most.
 */
function leftOut(snapshot: ScheduleSnapshot): { kind: 'leave'; check: string; why: string }[] {
  const { checks } = snapshot;
  const gone = new Set(checks.filter(({ state }) => state === 'left').map(({ name }) => name));
  const found: { kind: 'leave'; check: string; why: string }[] = [];
  for (const check of checks) {
    const { name, needs, state } = check;
    const missing = state === 'waiting' ? needs.find((need) => gone.has(need)) : undefined;
    const why = whyLeft(check, snapshot) ?? (missing && `it needs ${missing}, which was left out`);
    if (!why) continue;
    gone.add(name);
    found.push({ kind: 'leave', check: name, why });
  }
  return found;
}

function whyLeft({ name, kind, state, partOf }: ScheduledCheck, snapshot: ScheduleSnapshot): string | null {
  const { worse, worseInPart, stopEarly } = snapshot;
  if (state !== 'waiting' && state !== 'running') return null;
  if (worseInPart.includes(name)) return partFails;
  if (!stopEarly || CHEAP.has(kind)) return null;
  if (worse.some((other) => COMPILES.has(other)))
    return state === 'running' && partOf !== null ? null : NO_COMPILE;
  const testsPass = !worse.some((other) => other === 'test' || other === 'custom');
  return testsPass || state === 'running' ? null : TEST_FAILS;
}

const TEST_FAILS = 'a test of the change fails already';
const NO_COMPILE = 'the change does not compile, so it could only fail of that';

function starts(snapshot: ScheduleSnapshot): ScheduleAction[] {
  const groups = groupsOf(snapshot.checks);
  const lanes = snapshot.lanes.map((lane) => ({ ...lane }));
  const laneOf = new Map(snapshot.checks.map(({ name, lane }) => [name, lane]));
  const started: ScheduleAction[] = [];
  for (const [number, lane] of lanes.entries()) {
    if (!lane.isIdle) continue;
    const found = choose({ snapshot, groups, laneOf, number, last: lane.last });
    if (!found) continue;
    const { check, isFresh } = found;
    laneOf.set(check.name, number);
    started.push({ kind: 'start', check: check.name, lane: number, isFresh });
  }
  return started;
}

interface Choice {
  readonly snapshot: ScheduleSnapshot;
  readonly groups: Groups;
  readonly laneOf: ReadonlyMap<string, number | null>;
  readonly number: number;
  readonly last: number;
}

interface Chosen {
  readonly check: ScheduledCheck;
  readonly isFresh: boolean;
}

function choose({ snapshot, groups, laneOf, number, last }: Choice): Chosen | null {
  const { checks, lanes } = snapshot;
  const ended = new Set(checks.filter(({ state }) => state === 'ended').map(({ name }) => name));
  const waiting = checks.filter(({ state, name }) => state === 'waiting' && laneOf.get(name) === null);
  const isBound = (check: ScheduledCheck) => boundTo(check, groups, laneOf) === number;
  const isFree = (check: ScheduledCheck) => boundTo(check, groups, laneOf) === null;
  const open = waiting.filter((check) => check.needs.every((name) => ended.has(name)));
  // A group is begun where all of it lies ahead, as it stays in the lane.
  const waits = new Set(waiting);
  const liesAhead = ({ name }: ScheduledCheck) =>
    groups.get(name)?.every((other) => !waits.has(other) || checks.indexOf(other) > last) === true;
  const ahead = open.filter((check) => liesAhead(check) && (isFree(check) || isBound(check)));
  const leadsToTests = ({ name }: ScheduledCheck) =>
    groups.get(name)?.some(({ kind, partOf }) => kind === 'test' && partOf === null) === true;
  const isFirst = number === 0 && lanes.length > 1 && !waiting.some(isBound);
  const next = (isFirst ? ahead.find(leadsToTests) : null) ?? ahead[0];
  // Tests out of their turn leave behind what no check before the suite would see otherwise.
  const isBeside = (check: ScheduledCheck | undefined) =>
    check !== undefined && check.partOf !== null && groups.get(check.name)?.length === 1;
  if (next) return { check: next, isFresh: isBeside(checks[last]) && !isBeside(next) };
  // What is bound to this lane needs the tree it has.
  const behind = waiting.some(isBound) ? undefined : open.find(isFree);
  return behind ? { check: behind, isFresh: true } : null;
}

type Groups = ReadonlyMap<string, readonly ScheduledCheck[]>;

function boundTo({ name }: ScheduledCheck, groups: Groups, laneOf: Choice['laneOf']): number | null {
  for (const other of groups.get(name) ?? []) {
    const lane = laneOf.get(other.name) ?? null;
    if (lane !== null) return lane;
  }
  return null;
}

/** Checks that hang together by what they need, each with all of its group. */
function groupsOf(checks: readonly ScheduledCheck[]): Groups {
  const groupOf = new Map<string, ScheduledCheck[]>();
  for (const check of checks) {
    const joined = [...new Set(check.needs.flatMap((name) => [groupOf.get(name) ?? []]))];
    const group = [...joined.flat(), check];
    for (const { name } of group) groupOf.set(name, group);
  }
  return groupOf;
}
