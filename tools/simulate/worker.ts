import type { AttemptRecord } from '../../src/domain/attempt.ts';
import { type RunState, waitReasons } from '../../src/domain/run-state.ts';
import type { Control } from './control.ts';
import { stoppedState } from './moves.ts';
import { chances, type Deciders, type SimRun, times } from './state.ts';
import type { Timeline } from './timeline.ts';

export interface SimNode {
  readonly index: number;
  /** Counts its crashes: what belongs to an earlier life is gone. */
  life: number;
  workers: number;
}

export interface Surroundings {
  readonly clock: Timeline;
  readonly random: () => number;
  readonly control: Control;
  readonly deciders: Deciders;
  readonly node: SimNode;
}

/** The worker of a claimed run: it tries, freezes, crashes and loses messages, and may go on after its run has another owner. */
export function startWorker({ clock, random, control, deciders, node }: Surroundings, run: SimRun): void {
  const upTo = (most: number) => Math.ceil(random() * most);
  const { epoch } = run;
  const { life } = node;
  const worker = { alive: true, frozenUntil: 0 };
  node.workers += 1;
  const isAlive = () => worker.alive && node.life === life;
  const leave = () => {
    if (!isAlive()) return;
    worker.alive = false;
    node.workers -= 1;
  };
  const beat = () => {
    if (!isAlive()) return;
    const frozen = worker.frozenUntil > clock.now();
    if (!frozen && random() > chances.lostMessage && !control.heartbeat(run, epoch)) return leave();
    if (!frozen && run.epoch === epoch && run.stop_intent) return end(stoppedState(run));
    clock.after(times.heartbeatMs, beat);
  };
  /** A message that is sent until it is answered: it may come late, twice, or after the run has another owner. */
  const deliver = (effect: () => void) => {
    if (!isAlive()) return;
    if (random() > chances.lostMessage) effect();
    if (random() > chances.lostMessage) return leave();
    clock.after(upTo(times.pollMs), () => deliver(effect));
  };
  const end = (to: RunState) => deliver(() => control.settle(run, epoch, to));
  const next = () => {
    if (!isAlive()) return;
    if (worker.frozenUntil > clock.now()) return clock.after(worker.frozenUntil - clock.now(), next);
    const action = deciders.decideNextAttempt({ ladder: run.ladder, attempts: run.attempts });
    if (action.kind === 'deliver') return end('succeeded');
    if (action.kind === 'give-up' || action.kind === 'ask') return end('failed');
    clock.after(upTo(times.longestAttemptMs), () => finishAttempt(action.number, action.rung));
  };
  const crash = () => {
    leave();
    // Its node sees that it is gone.
    clock.after(upTo(times.pollMs), () => {
      if (node.life === life) control.release(run, epoch);
    });
  };
  const finishAttempt = (number: number, rung: number) => {
    if (!isAlive()) return;
    if (random() < chances.crashInAttempt) return crash();
    if (random() < chances.freezeInAttempt) worker.frozenUntil = clock.now() + upTo(times.longestFreezeMs);
    if (random() < chances.park) {
      const reason = waitReasons[upTo(waitReasons.length) - 1] ?? 'approval';
      if (random() < 0.5) clock.after(upTo(times.approvalMs * 2), () => control.approve(run));
      return deliver(() => control.park(run, epoch, reason));
    }
    if (deciders.isOwner(run, epoch)) run.attempts.push(attemptOf(number, rung, random));
    next();
  };
  beat();
  next();
}

function attemptOf(number: number, rung: number, random: () => number): AttemptRecord {
  return {
    number,
    rung,
    agent: rung === 0 ? 'builtin' : 'other',
    model: null,
    outcome: random() < 0.5 ? 'passed' : 'agent-failed',
    commit: null,
    verdict: null,
    error: null,
    summary: '',
    reportedUsage: null,
    durationMs: 1,
  };
}
