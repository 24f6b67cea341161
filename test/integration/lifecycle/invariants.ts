import { expect } from 'vitest';
import { canTransition, isTerminal, type RunState } from '../../../src/domain/run-state.ts';
import { listViolations } from '../../../src/queue/invariant.ts';
import type { LockedRun } from '../../../src/queue/lock-run.ts';
import { isActive, type Model } from './model.ts';
import type { Cluster } from './nodes.ts';

/** What was seen of a run at the step before. */
interface Seen {
  readonly epoch: number;
  readonly events: readonly string[];
  /** The whole row of a run that has ended. */
  readonly ended: string | null;
}

export type Memory = Map<string, Seen>;

/** Looks at everything after a step: the rows and events of all runs, and the jobs of the engine. */
export async function expectInvariants(model: Model, cluster: Cluster, memory: Memory): Promise<void> {
  const { store, queue } = cluster.database;
  expect(await listViolations(queue), 'a job exactly when starting or running').toEqual([]);
  const ids = model.runs.map(({ id }) => id);
  if (ids.length === 0) return;
  const rows = await store.db.selectFrom('runs').selectAll().where('id', 'in', ids).execute();
  const events = await store.db
    .selectFrom('run_events')
    .select(['run_id', 'seq', 'type', 'data', 'epoch'])
    .where('run_id', 'in', ids)
    .orderBy('seq')
    .execute();
  expect(rows.length, 'no run is lost').toBe(ids.length);
  const eventsOf = Map.groupBy(events, (event) => event.run_id);
  const { limits } = model;
  expect(model.runs.filter(isActive).length).toBeLessThanOrEqual(limits.total);
  for (const ofRepository of Map.groupBy(model.runs.filter(isActive), (run) => run.spec.repository).values())
    expect(ofRepository.length).toBeLessThanOrEqual(limits.perRepository);
  for (const run of model.runs) {
    const row = rows.find(({ id }) => id === run.id);
    if (!row) throw new Error(`run ${run.id} is lost`);
    const seen = { state: row.state, epoch: row.epoch, recoveries: row.recoveries };
    expect(seen, `run ${run.id}`).toEqual({ state: run.state, epoch: run.epoch, recoveries: run.recoveries });
    const owner = model.claims.find((claim) => claim.run === run && claim.epoch === run.epoch);
    expect(row.owner, 'at most one owner').toBe(
      run.state === 'running' ? (owner?.workerId ?? row.owner) : null,
    );
    expect(row.owner === null, 'a running run has an owner').toBe(run.state !== 'running');
    expectDeadline(row);
    const told = eventsOf.get(run.id) ?? [];
    expectHistory(row, told);
    remember(memory, row, told);
  }
}

type Row = LockedRun;

interface Told {
  readonly seq: number;
  readonly type: string;
  readonly data: object;
  readonly epoch: number | null;
}

function expectDeadline(row: Row): void {
  const { state, expires_at, start_deadline_at, wait_until, lease_expires_at, deadline_at } = row;
  if (isTerminal(state)) return;
  const limits = {
    queued: [expires_at],
    starting: [start_deadline_at],
    waiting: [wait_until],
    running: [lease_expires_at, deadline_at],
  } as Partial<Record<RunState, (Date | null)[]>>;
  expect(
    limits[state]?.every((limit) => limit !== null),
    `a ${state} run has a deadline`,
  ).toBe(true);
}

function expectHistory(row: Row, events: readonly Told[]): void {
  expect(
    events.map(({ seq }) => seq),
    'no event is lost',
  ).toEqual(Array.from({ length: row.last_event_seq }, (_, index) => index + 1));
  let state: RunState | null = null;
  let epoch = 0;
  for (const event of events) {
    if (event.epoch !== null) {
      expect(event.epoch, 'no event of an epoch that is over').toBeGreaterThanOrEqual(epoch);
      epoch = event.epoch;
    }
    if (event.type !== 'run.state-changed') continue;
    const { from, to } = event.data as { from: RunState | null; to: RunState };
    expect(from).toBe(state);
    if (state) expect(canTransition(state, to)).toBe(true);
    state = to;
  }
  expect(state).toBe(row.state);
  expect(epoch).toBeLessThanOrEqual(row.epoch);
}

function remember(memory: Memory, row: Row, events: readonly Told[]): void {
  const before = memory.get(row.id);
  const now = events.map((event) => JSON.stringify(event));
  expect(row.epoch, 'epochs never fall').toBeGreaterThanOrEqual(before?.epoch ?? 0);
  expect(now.slice(0, before?.events.length ?? 0), 'events stay').toEqual(before?.events ?? []);
  const ended = isTerminal(row.state) ? JSON.stringify(row) : null;
  if (before?.ended) expect(ended, 'an ended run stays as it is').toBe(before.ended);
  memory.set(row.id, { epoch: row.epoch, events: now, ended });
}
