import type { AttemptRecord } from '../../domain/attempt.ts';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Delivery } from '../../domain/run.ts';
import type { Progress, WorkerContext } from '../context.ts';

/** Asks the control plane to deliver the commit that was verified, and no other. */
export async function deliver(
  context: WorkerContext,
  progress: Progress,
  attempt: AttemptRecord,
): Promise<Delivery> {
  const { candidate, baseCommit } = progress;
  const verified = attempt.outcome === 'passed' && attempt.verdict?.commit === attempt.commit;
  if (!baseCommit || !candidate || candidate.commit !== attempt.commit) {
    throw runyardError('run.unexpected', { detail: 'the commit to deliver is not the one that was tested' });
  }
  const request = { commit: candidate.commit, baseCommit, bundle: candidate.bundle, verified };
  const [delivery] = await Promise.all([context.client.deliver(request), progress.sayDoubts?.()]);
  return delivery;
}
