import type { ErrorData } from '../domain/errors/runyard-error.ts';
import { categoryOfError, reactionTo } from '../domain/healing-reaction.ts';
import { parseModelRef } from '../domain/model-ref.ts';
import { providerTrouble } from '../domain/provider-trouble.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import type { AttemptWork } from './attempt-work.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';

/**
 * An attempt that its provider interrupted does not count (X7): what it had done is kept in a checkpoint, where the next one goes on, and
 * the run is to wait. Null when something else ended the attempt.
 */
export async function parkInstead(
  context: WorkerContext,
  progress: Progress,
  work: AttemptWork,
): Promise<SettleRequest | null> {
  const { error: cause, model, number, commit } = work;
  const trouble = cause && providerTrouble(cause, model === null ? null : parseModelRef(model).provider);
  if (!trouble || !parks(cause, context)) return null;
  const message = `Attempt ${number} was interrupted and does not count: ${cause.what} ${cause.why}`;
  context.emit({ type: 'run.warning', data: { code: 'parked', message } });
  if (commit !== null) {
    progress.candidate = await work.bundleUnfinished();
    progress.unfinished = commit;
  }
  await saveCheckpoint(context, progress);
  return { outcome: 'parked', attempts: progress.attempts.length, trouble, cause };
}

/** Unless the configuration wants something else to follow, such as another model. */
function parks(cause: ErrorData, { assignment }: WorkerContext): boolean {
  const { action, chosen } = reactionTo(categoryOfError(cause), assignment.spec.healing?.actions ?? {});
  return !chosen || action === 'park';
}
