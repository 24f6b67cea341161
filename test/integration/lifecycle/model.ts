import type { RunSpec } from '../../../src/domain/run.ts';
import type { RunState, WaitReason } from '../../../src/domain/run-state.ts';

/**
 * What must be true of the runs, kept beside the real ones. Time stands still between shifts: every shift is a multiple of 90 s and
 * every limit lies 45 s beside one, so that the seconds a test really takes decide nothing.
 */
export interface Model {
  readonly limits: { readonly total: number; readonly perRepository: number; readonly queued: number };
  nowMs: number;
  readonly runs: ModelRun[];
  /** Every claim ever made, the newest last. */
  readonly claims: ModelClaim[];
}

export interface ModelRun {
  readonly id: string;
  readonly key: string;
  readonly spec: RunSpec;
  state: RunState;
  epoch: number;
  recoveries: number;
  stop: 'cancel' | 'time-out' | null;
  reason: WaitReason | null;
  /** When it must leave its state: queue, start or wait. */
  until: number;
  lease: number;
  claimedAt: number;
  deadline: number;
  ownedMs: number;
  /** What its workers said and was stored: epoch and count. */
  readonly said: Set<string>;
}

export interface ModelClaim {
  readonly run: ModelRun;
  readonly epoch: number;
  readonly node: number;
  readonly workerId: string;
  alive: boolean;
}

export const UNIT_MS = 90_000;
export const LEASE_MS = UNIT_MS / 2;
export const beside = (units: number) => units * UNIT_MS + UNIT_MS / 2;
const START_LIMIT_MS = 600_000;

export const isActive = ({ state }: ModelRun) => state === 'starting' || state === 'running';

export function owns({ run, epoch }: ModelClaim): boolean {
  return run.state === 'running' && run.epoch === epoch;
}

export function queue(model: Model, run: ModelRun): void {
  Object.assign(run, { state: 'queued', reason: null, until: model.nowMs + run.spec.limits.queueMs });
}

export function start(model: Model, run: ModelRun): void {
  Object.assign(run, { state: 'starting', until: model.nowMs + START_LIMIT_MS });
}

export function own(model: Model, run: ModelRun): void {
  const leftMs = Math.max(0, run.spec.limits.runMs - run.ownedMs);
  Object.assign(run, { state: 'running', epoch: run.epoch + 1, claimedAt: model.nowMs });
  Object.assign(run, { lease: model.nowMs + LEASE_MS, deadline: model.nowMs + leftMs });
}

/** What a stop makes of a run that nobody works on. */
export function stopped({ stop }: ModelRun): RunState {
  return stop === 'time-out' ? 'timed_out' : 'cancelled';
}

export function leave(model: Model, run: ModelRun, to: RunState): void {
  if (run.state === 'running') run.ownedMs += Math.max(0, Math.min(model.nowMs, run.lease) - run.claimedAt);
  run.state = to;
}

export function lose(model: Model, run: ModelRun, counts: boolean): void {
  if (run.stop) return leave(model, run, stopped(run));
  if (counts && run.recoveries >= run.spec.limits.recoveries) return leave(model, run, 'failed');
  leave(model, run, 'starting');
  run.recoveries += counts ? 1 : 0;
  start(model, run);
}

export function enforce(model: Model): void {
  for (const run of model.runs) enforceOne(model, run);
}

function enforceOne(model: Model, run: ModelRun): void {
  const passed = (at: number) => at <= model.nowMs;
  if (run.state === 'queued' && passed(run.until)) return leave(model, run, 'timed_out');
  if (run.state === 'starting' && passed(run.until)) return leave(model, run, 'failed');
  if (run.state === 'waiting' && passed(run.until))
    return run.reason === 'quota' ? queue(model, run) : leave(model, run, 'timed_out');
  if (run.state !== 'running') return;
  if (!run.stop && passed(run.deadline) && run.deadline <= run.lease) run.stop = 'time-out';
  if (passed(run.lease)) lose(model, run, true);
}

/** Whether a limit keeps the run from starting. */
export function isHeld({ runs, limits }: Model, { spec }: ModelRun): boolean {
  const active = runs.filter(isActive);
  const ofRepository = active.filter((run) => run.spec.repository === spec.repository);
  return active.length >= limits.total || ofRepository.length >= limits.perRepository;
}
