import { isTerminal, type RunState, type WaitReason } from '../../src/domain/run-state.ts';
import { createMoves } from './moves.ts';
import { type Deciders, type SimLimits, type SimRun, times } from './state.ts';
import type { Timeline } from './timeline.ts';

/** The database of the simulation: every operation is one transaction, as the real ones are. */
export interface Control {
  readonly runs: readonly SimRun[];
  readonly violations: string[];
  accept(run: SimRun): void;
  enforce(): void;
  admit(): void;
  /** The run with its new epoch, or null. */
  claim(node: number): SimRun | null;
  /** False: refused, as this is not the owner. */
  heartbeat(run: SimRun, epoch: number): boolean;
  release(run: SimRun, epoch: number): void;
  settle(run: SimRun, epoch: number, to: RunState): void;
  park(run: SimRun, epoch: number, reason: WaitReason): void;
  approve(run: SimRun): void;
  requestStop(run: SimRun, mode: 'cancel' | 'time-out'): void;
}

/** Longest time between a passed limit and its consequence, while the nodes come and go. */
const SLACK_MS = times.longestOutageMs + 2 * times.pollMs;

export function createControl(deciders: Deciders, limits: SimLimits, clock: Timeline): Control {
  const open = new Set<SimRun>();
  const runs: SimRun[] = [];
  const violations: string[] = [];
  let lookedAt = -1;
  const at = (ms: number) => new Date(clock.now() + ms);

  const { moves, move, loseOwner, act, requeue } = createMoves({ deciders, clock, violations, open });

  return {
    runs,
    violations,
    accept(run) {
      runs.push(run);
      open.add(run);
    },
    enforce() {
      for (const run of [...open]) {
        for (let limit = deciders.overdue(run, at(0)); limit; limit = deciders.overdue(run, at(0)))
          act(run, limit);
        if (isOverdueFor(run, clock.now() - SLACK_MS))
          violations.push(`run ${run.id} is ${run.state} beyond its limit`);
      }
    },
    admit() {
      // Nothing came and nothing moved: the decision would be the same.
      if (moves() + runs.length === lookedAt) return;
      const queued = [...open].filter(({ state }) => state === 'queued');
      if (queued.length === 0) return;
      const active = [...open].filter(({ state }) => state === 'starting' || state === 'running');
      const snapshot = snapshotOf(queued, active, at(0));
      for (const id of deciders.decideAdmission(snapshot, { limits, node: anyRoom }).admit) {
        const run = queued.find((candidate) => candidate.id === id);
        if (run) move(run, 'starting');
      }
      checkLimits(open, limits, violations);
      lookedAt = moves() + runs.length;
    },
    claim(node) {
      const run = [...open].find(({ state }) => state === 'starting');
      if (!run) return null;
      move(run, 'running');
      run.epoch += 1;
      Object.assign(run, { node, claimedAt: clock.now(), lease_expires_at: at(times.leaseMs) });
      run.deadline_at = at(times.runMs - run.ownedMs);
      return run;
    },
    heartbeat(run, epoch) {
      if (!accepts(run, epoch)) return false;
      run.lease_expires_at = at(times.leaseMs);
      return true;
    },
    release: (run, epoch) => (accepts(run, epoch) ? loseOwner(run) : undefined),
    settle: (run, epoch, to) => (accepts(run, epoch) ? move(run, to) : undefined),
    park(run, epoch, reason) {
      if (!accepts(run, epoch)) return;
      move(run, 'waiting');
      run.wait_reason = reason;
      run.wait_until = at(times.approvalMs);
    },
    approve: (run) => (run.state === 'waiting' ? requeue(run) : undefined),
    requestStop(run, mode) {
      if (isTerminal(run.state)) return;
      if (run.state === 'running') run.stop_intent ??= { mode };
      else move(run, mode === 'cancel' ? 'cancelled' : 'timed_out');
    },
  };

  function accepts(run: SimRun, epoch: number): boolean {
    const accepted = deciders.isOwner(run, epoch);
    if (accepted && epoch !== run.epoch)
      violations.push(`run ${run.id}: epoch ${epoch} wrote in epoch ${run.epoch}`);
    return accepted;
  }
}

const anyRoom = { freePlaces: null, short: [] } as const;

/** Told without the decider under test. A run whose lease is prolonged is not beyond it; its deadline asks for a stop, which is one. */
function isOverdueFor(run: SimRun, since: number): boolean {
  const limit =
    run.state === 'queued'
      ? run.expires_at
      : (run.start_deadline_at ??
        run.wait_until ??
        (run.stop_intent ? null : run.deadline_at) ??
        run.lease_expires_at);
  return limit !== null && limit.getTime() < since && !isTerminal(run.state);
}

function snapshotOf(queued: readonly SimRun[], active: readonly SimRun[], now: Date) {
  return {
    now,
    queued: queued.map(({ id, priority, repository, agent, createdAt }) => ({
      id,
      priority,
      repository,
      agent,
      provider: null,
      createdAt,
      lineServedAt: null,
    })),
    active: {
      total: active.length,
      unclaimed: active.filter(({ state }) => state === 'starting').length,
      byRepository: countBy(active, ({ repository }) => repository),
      byAgent: countBy(active, ({ agent }) => agent),
      byProvider: {},
    },
    paused: { providers: [], agents: [] },
  };
}

function countBy(runs: Iterable<SimRun>, keyOf: (run: SimRun) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const run of runs) counts[keyOf(run)] = (counts[keyOf(run)] ?? 0) + 1;
  return counts;
}

function checkLimits(open: Iterable<SimRun>, limits: SimLimits, violations: string[]): void {
  const active = [...open].filter(({ state }) => state === 'starting' || state === 'running');
  if (active.length > limits.maxRuns)
    violations.push(`${active.length} runs at once, the limit is ${limits.maxRuns}`);
  for (const [repository, count] of Object.entries(countBy(active, (run) => run.repository))) {
    if (count > limits.maxRunsPerRepository) violations.push(`${count} runs at once on ${repository}`);
  }
}
