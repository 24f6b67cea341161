import { describe, expect, it } from 'vitest';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Progress, WorkerContext } from './context.ts';
import { runStage } from './run-stage.ts';

function contextWith(signal: AbortSignal, stageMs: number): WorkerContext {
  const limits = { stageMs, killGraceMs: 10 };
  const quiet = () => undefined;
  const clock = { now: () => new Date(0) };
  const assignment = { spec: { limits } };
  return {
    assignment,
    clock,
    signal,
    emit: quiet,
    setProgress: quiet,
    setActivity: quiet,
  } as unknown as WorkerContext;
}

const progress = { attempts: [] } as unknown as Progress;

/** Fails in words of its own when it is interrupted, as a stopped program does. */
function interruptible(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('git was stopped')));
  });
}

describe('runStage', () => {
  it('S4: a stage that a cancel interrupted fails with the cancel, not with what was interrupted', async () => {
    const halt = new AbortController();
    const cancelled = runyardError('run.cancelled', { by: 'ada', reason: 'no more' });
    const context = contextWith(halt.signal, 60_000);
    const running = runStage({ context, progress, stage: 'prepare' }, interruptible);
    halt.abort(cancelled);
    await expect(running).rejects.toBe(cancelled);
  });

  it('S2: a stage that passes its deadline is interrupted and says which deadline it was', async () => {
    const context = contextWith(new AbortController().signal, 5);
    const running = runStage({ context, progress, stage: 'test' }, interruptible);
    await expect(running).rejects.toMatchObject({
      code: 'run.deadline-exceeded',
      fields: { limit: 'stage', stage: 'test' },
    });
  });
});
