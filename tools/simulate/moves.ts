import { isTerminal, type RunState } from '../../src/domain/run-state.ts';
import type { Overdue } from '../../src/queue/overdue.ts';
import { type Deciders, type SimRun, times } from './state.ts';
import type { Timeline } from './timeline.ts';

export interface MoveOptions {
  readonly deciders: Deciders;
  readonly clock: Timeline;
  /** What is found wrong is added here. */
  readonly violations: string[];
  /** The runs that have not ended. */
  readonly open: Set<SimRun>;
}

/** How a run changes its state, as the operations of queue/ do it. */
export function createMoves({ deciders, clock, violations, open }: MoveOptions) {
  const at = (ms: number) => new Date(clock.now() + ms);

  let moves = 0;

  function move(run: SimRun, to: RunState): void {
    moves += 1;
    if (!deciders.canTransition(run.state, to)) violations.push(`run ${run.id}: ${run.state} became ${to}`);
    if (isTerminal(run.state)) violations.push(`run ${run.id} changed after its end`);
    if (run.state === 'running') run.ownedMs += clock.now() - run.claimedAt;
    Object.assign(run, {
      state: to,
      node: null,
      lease_expires_at: null,
      deadline_at: null,
      wait_until: null,
    });
    run.start_deadline_at = to === 'starting' ? at(times.startMs) : null;
    run.wait_reason = null;
    if (isTerminal(to)) open.delete(run);
  }

  function loseOwner(run: SimRun): void {
    if (run.stop_intent) move(run, stoppedState(run));
    else if (run.recoveries >= times.recoveries) move(run, 'failed');
    else {
      run.recoveries += 1;
      move(run, 'starting');
    }
  }

  function act(run: SimRun, limit: Overdue): void {
    switch (limit) {
      case 'expired-in-queue':
      case 'nobody-decided':
        return move(run, 'timed_out');
      case 'not-started':
        return move(run, 'failed');
      case 'stays-delivered':
        return move(run, 'succeeded');
      case 'waited-enough':
        return requeue(run);
      case 'deadline-passed':
        run.stop_intent = { mode: 'time-out' };
        return;
      case 'lease-lapsed':
        return loseOwner(run);
      default:
        return limit satisfies never;
    }
  }

  function requeue(run: SimRun): void {
    move(run, 'queued');
    run.expires_at = at(times.queueMs);
  }

  return { moves: () => moves, move, loseOwner, act, requeue };
}

/** What a run becomes that was asked to stop. */
export function stoppedState({ stop_intent }: SimRun): RunState {
  return stop_intent !== null && 'mode' in stop_intent && stop_intent.mode === 'cancel'
    ? 'cancelled'
    : 'timed_out';
}
