import { boundedAttempts } from '../domain/bounded-verdict.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Progress, WorkerContext } from './context.ts';

/** Stores where the run stands. When it resolves, the work up to here survives the death of any process (S5). */
export async function saveCheckpoint(context: WorkerContext, progress: Progress): Promise<void> {
  const { stage, baseCommit, plan, attempts, candidate, unfinished } = progress;
  if (!baseCommit)
    throw runyardError('run.unexpected', { detail: 'a checkpoint before the base commit is known' });
  // As a worker that takes over would find them.
  progress.attempts = boundedAttempts(attempts);
  await context.client.checkpoint({
    ...{ stage, baseCommit, plan, candidate, unfinished },
    attempts: progress.attempts,
  });
}
