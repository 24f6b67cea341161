import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Stage } from '../domain/stage.ts';
import type { Progress, WorkerContext } from './context.ts';

export interface StageRequest {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly stage: Stage;
}

/**
 * Runs one stage under its deadline (S2), with events around it. The stage gets a signal that is aborted by the deadline or by
 * whatever stops the run; after that it has the kill grace to end its children, then it is abandoned.
 */
export async function runStage<T>(
  { context, progress, stage }: StageRequest,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { stageMs, killGraceMs } = context.assignment.spec.limits;
  const attempt = progress.attempts.length + (stage === 'implement' || stage === 'test' ? 1 : 0);
  progress.stage = stage;
  context.signal.throwIfAborted();
  context.setProgress(stage, attempt);
  context.setActivity(stage);
  context.emit({ type: 'stage.started', data: { stage, attempt } });
  const startedAt = context.clock.now().getTime();
  const deadline = new AbortController();
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const late = runyardError('run.deadline-exceeded', { limit: 'stage', limitMs: stageMs, stage });
  const timer = setTimeout(() => deadline.abort(late), stageMs);
  try {
    const result = await Promise.race([run(signal), rejectAfterAbort(signal, killGraceMs)]);
    signal.throwIfAborted();
    const durationMs = context.clock.now().getTime() - startedAt;
    context.emit({ type: 'stage.finished', data: { stage, attempt, durationMs } });
    return result;
  } catch (error) {
    // What was interrupted fails in its own words; the reason of the interruption is what counts.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    deadline.abort(late);
  }
}

/** Twice the grace: the stage's children get one for themselves. */
function rejectAfterAbort(signal: AbortSignal, graceMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => setTimeout(() => reject(asError(signal.reason)), 2 * graceMs + 1000).unref(),
      {
        once: true,
      },
    );
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
