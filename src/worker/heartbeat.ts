import { setTimeout as delay } from 'node:timers/promises';
import { RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { StopIntent } from '../domain/run.ts';
import type { Stage } from '../domain/stage.ts';
import type { Assignment } from '../protocol/worker.ts';
import type { ControlClient } from './control-client.ts';

export interface Heartbeat {
  setActivity(activity: string): void;
  setProgress(stage: Stage, attempt: number): void;
  stop(): void;
}

export interface HeartbeatOptions {
  readonly client: ControlClient;
  readonly assignment: Assignment;
  /** Aborted with the stop intent, or with `run.stale-owner` when the run is not ours any more. */
  readonly halt: AbortController;
  /** The node asks to stop: the heartbeat fetches the reason at once. */
  readonly stop: AbortSignal;
  /** Keeps the work before anything is told to end (X1). It is waited for, but not for ever. */
  readonly beforeStop: () => Promise<unknown>;
}

const INTERVAL_MS = 2_000;

/** Keeps the lease and learns of stops. It reports what the worker does, never that it does anything: silence stays visible. */
export function startHeartbeat({ client, assignment, halt, stop, beforeStop }: HeartbeatOptions): Heartbeat {
  let activity = 'starting';
  let stage: Stage | null = null;
  let attempt = assignment.checkpoint?.attempts.length ?? 0;
  let stopped = false;
  let beating: Promise<void> | null = null;
  let halting: Promise<void> | null = null;

  async function beat(): Promise<void> {
    try {
      const { stop: intent } = await client.heartbeat({ stage, attempt, activity });
      if (intent) halting ??= haltFor(intent);
    } catch (error) {
      if (error instanceof RunyardError && error.code === 'run.stale-owner') halt.abort(error);
    }
  }

  async function haltFor(intent: StopIntent): Promise<void> {
    await Promise.race([
      beforeStop().catch(() => undefined),
      delay(assignment.spec.limits.killGraceMs, undefined, { ref: false }),
    ]);
    halt.abort(stopError(intent, stage, assignment));
  }

  function beatSoon(): void {
    if (stopped) return;
    beating ??= beat().finally(() => {
      beating = null;
    });
  }

  const timer = setInterval(beatSoon, INTERVAL_MS);
  stop.addEventListener('abort', () => void (beating ?? Promise.resolve()).then(beatSoon), { once: true });
  return {
    setActivity: (next) => {
      activity = next;
    },
    setProgress: (nextStage, nextAttempt) => {
      stage = nextStage;
      attempt = nextAttempt;
    },
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** The error a stopped run ends with; the pipeline throws it wherever it is. */
function stopError(
  { mode, by, reason }: StopIntent,
  stage: Stage | null,
  { spec }: Assignment,
): RunyardError {
  if (mode === 'cancel') return runyardError('run.cancelled', { by, reason });
  return runyardError('run.deadline-exceeded', {
    limit: 'run',
    limitMs: spec.limits.runMs,
    stage: stage ?? 'prepare',
  });
}
