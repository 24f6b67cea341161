import path from 'node:path';
import type { StartedWorker, WorkerExit } from '../adapters/executor/types.ts';
import { RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { sweepOnceUnused } from '../process/owned-folder.ts';
import type { Claim } from '../queue/claim-runs.ts';
import { releaseRun } from '../queue/release-run.ts';
import { recordResource, removeResource } from '../store/resources.ts';
import { findRun } from '../store/runs.ts';
import type { SupervisorOptions } from './options.ts';
import { persist } from './persist.ts';
import { reactToChange } from './react-to-change.ts';
import { removeWorkspace, setWorkspaceAside } from './remove-workspace.ts';

export interface SupervisedRun {
  /** Resolves when the worker is gone, its run is settled or given back, and its workspace is removed. */
  readonly finished: Promise<void>;
  /** The run changed: a stop is passed on; a worker that does not own it any more is ended, which this waits for. */
  notice(run: Run): Promise<void>;
  /** The node goes away: the worker is ended and the run given back, without counting it as a recovery. */
  handOver(): Promise<void>;
}

/** Starts the worker of a claimed run and answers for it until it is gone. */
export function superviseRun(
  options: SupervisorOptions,
  claim: Claim,
  assignment: object | null,
): SupervisedRun {
  const { executor, controlUrl, prompts, issueWorkerToken } = options;
  const { run, workerId, epoch } = claim;
  const token = issueWorkerToken({ runId: run.id, workerId, epoch });
  const worker = executor.start({ controlUrl, token, prompts, assignment });
  const stopping = createStopping(worker, run.spec.limits.killGraceMs);
  let handedOver = false;
  let keeping: Promise<boolean> | null = null;
  let gone = false;
  /** Once: whoever comes second waits for the first. */
  const keep = (reason: string) => {
    keeping ??= options.saver.save({ id: run.id, epoch }, reason);
    return keeping;
  };

  async function endNow(reason: string): Promise<void> {
    // Of a worker that is gone, whoever saw it end keeps the work, and then removes the workspace.
    if (!gone) await keep(reason);
    worker.kill();
    await finished;
  }

  async function watch(): Promise<void> {
    const { db } = options.queue.store;
    const ledgerKey = `worker:${run.id}:${epoch}`;
    const entry = { key: ledgerKey, runId: run.id, kind: 'worker', handle: worker.handle };
    const written = persist(() => recordResource(db, entry));
    written.catch(() => undefined);
    const exit = await worker.exited;
    gone = true;
    stopping.done();
    // It reads the workspace, which is removed below.
    await keeping;
    const swept = exit.exitCode === 0 ? null : sweepTemporary(options);
    let isSafe = true;
    try {
      await written;
      isSafe = await persist(() => giveBackUnsettled(options, claim, { exit, counts: !handedOver }));
      await persist(() => removeResource(db, ledgerKey));
    } finally {
      // A workspace is never needed after its worker: the next one starts from the checkpoint.
      const folder = path.join(options.workspacesDir, run.id);
      await (isSafe ? removeWorkspace(folder) : setWorkspaceAside(folder, epoch));
      await swept;
    }
    await persist(() => removeResource(db, `workspace:${run.id}`, options.nodeId));
  }

  const finished = watch();
  return {
    finished,
    async notice(current) {
      const reaction = reactToChange(current, epoch);
      if (reaction === 'stop') stopping.begin();
      if (reaction === 'end') await endNow('owner-lost');
    },
    async handOver() {
      handedOver = true;
      await endNow('handed-over');
    },
  };
}

/** What a killed worker had in the system's temporary folder would lie there until somebody looks around. */
async function sweepTemporary({ onError }: SupervisorOptions): Promise<void> {
  try {
    await sweepOnceUnused(new Date());
  } catch (error) {
    // It must not keep the run from being given back.
    onError(error, 'removing what a worker had in the temporary folder');
  }
}

/** Asks the worker to end, once; it gets a grace for its agent and one to save the work, then it is ended. */
function createStopping(worker: StartedWorker, killGraceMs: number) {
  let timer: NodeJS.Timeout | null = null;
  return {
    begin() {
      if (timer) return;
      worker.terminate();
      timer = setTimeout(() => worker.kill(), 3 * killGraceMs + 5_000);
    },
    done() {
      if (timer) clearTimeout(timer);
    },
  };
}

/**
 * After the worker is gone: a run it left unsettled is given back, or ended as a stop asked for, with its work saved first (X1). False: it could not be
 * saved.
 */
async function giveBackUnsettled(
  { queue, saver }: SupervisorOptions,
  claim: Claim,
  { exit, counts }: { exit: WorkerExit; counts: boolean },
): Promise<boolean> {
  const { epoch } = claim;
  const run = await findRun(queue.store.db, claim.run.id);
  const isOurs = run.state === 'running' && run.epoch === epoch;
  // A worker that settled has saved what there was; of any other nobody knows, whoever has the run by now.
  const settled = exit.exitCode === 0;
  const reason = counts ? 'worker-lost' : 'handed-over';
  const isSafe = isOurs || !settled ? await saver.save({ id: run.id, epoch }, reason) : true;
  if (!isOurs) return isSafe;
  const ending = exit.signal ?? `exit code ${exit.exitCode ?? 'unknown'}`;
  const lost = runyardError('worker.lost', { exit: ending, stderr: exit.stderr.trim().slice(-2000) });
  const cause = counts
    ? `${lost.text.what} ${lost.text.why}`
    : 'The node that ran it was stopped in good order.';
  try {
    await releaseRun(queue, { runId: run.id, epoch, cause, counts });
  } catch (error) {
    // Somebody else was faster: its lease ended in between.
    if (!(error instanceof RunyardError && error.code === 'run.stale-owner')) throw error;
  }
  return isSafe;
}
