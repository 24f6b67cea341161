import path from 'node:path';
import type { WorkerExit } from '../adapters/executor/types.ts';
import { runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import type { Claim } from '../queue/claim-runs.ts';
import { releaseRun } from '../queue/release-run.ts';
import { settleRun } from '../queue/settle-run.ts';
import { recordResource, removeResource } from '../store/resources.ts';
import { findRun } from '../store/runs.ts';
import { removeWorkspace } from './remove-workspace.ts';
import type { SupervisorOptions } from './supervisor.ts';

export interface SupervisedRun {
  /** Resolves when the worker is gone, its run is settled or handed back, and its workspace is removed. */
  readonly finished: Promise<void>;
  notice(run: Run): void;
  /** The node goes away: end the worker and give the run back, without counting it as a recovery. */
  handOver(): Promise<void>;
}

/** Starts the worker of a claimed run and answers for it until it is gone. */
export function superviseRun(options: SupervisorOptions, claim: Claim): SupervisedRun {
  const { executor, controlUrl, issueWorkerToken } = options;
  const { run, workerId, epoch } = claim;
  const token = issueWorkerToken({ runId: run.id, workerId, epoch });
  const worker = executor.start({ controlUrl, token });
  let killTimer: NodeJS.Timeout | null = null;

  function notice(current: Run): void {
    if (!current.stopIntent || current.epoch !== epoch || killTimer) return;
    worker.terminate();
    // The worker needs one grace for its agent, one to save the work; after that it is not asked again.
    killTimer = setTimeout(() => worker.kill(), 3 * run.spec.limits.killGraceMs + 5_000);
  }

  async function watch(): Promise<void> {
    const { db } = options.queue.store;
    const ledgerKey = `worker:${run.id}:${epoch}`;
    await recordResource(db, { key: ledgerKey, runId: run.id, kind: 'worker', handle: worker.handle });
    const exit = await worker.exited;
    if (killTimer) clearTimeout(killTimer);
    await finishRun(options, claim, exit);
    await removeResource(db, ledgerKey);
    await cleanUp(options, run.id);
  }

  const finished = watch();
  return {
    finished,
    notice,
    async handOver() {
      worker.kill();
      await finished;
    },
  };
}

/** After the worker is gone: whatever it left unsettled is settled or given back, with its work saved first (X1). */
async function finishRun(options: SupervisorOptions, claim: Claim, exit: WorkerExit): Promise<void> {
  const { queue, saver } = options;
  const { epoch } = claim;
  const run = await findRun(queue.store.db, claim.run.id);
  if (run.state !== 'running' || run.epoch !== epoch) return;
  await saver.save(run, 'worker-lost');
  const described = exit.signal ?? `exit code ${exit.exitCode ?? 'unknown'}`;
  if (!run.stopIntent) {
    const lost = runyardError('worker.lost', { exit: described, stderr: exit.stderr.trim().slice(-2000) });
    await releaseRun(queue, { runId: run.id, epoch, cause: `${lost.text.what} ${lost.text.why}` });
    return;
  }
  const { mode, by, reason } = run.stopIntent;
  const cancelled = mode === 'cancel';
  const error = cancelled
    ? runyardError('run.cancelled', { by, reason })
    : runyardError('run.deadline-exceeded', { limit: 'run', limitMs: run.spec.limits.runMs, stage: run.stage ?? 'prepare' });
  await settleRun(queue, {
    runId: run.id,
    epoch,
    outcome: cancelled ? 'cancelled' : 'timed_out',
    error: toErrorData(error),
    delivery: null,
    attempts: run.attempt,
  });
}

/** A workspace is never needed after its worker: the next one starts from the checkpoint. */
async function cleanUp(options: SupervisorOptions, runId: string): Promise<void> {
  const { db } = options.queue.store;
  await removeWorkspace(path.join(options.workspacesDir, runId));
  await removeResource(db, `workspace:${runId}`);
}
