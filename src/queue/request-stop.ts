import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run, StopIntent } from '../domain/run.ts';
import { isTerminal } from '../domain/run-state.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { endRun, stopEnding } from './end-run.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, type LockedRun, lockRun } from './lock-run.ts';
import { announce } from './move-run.ts';
import type { Queue } from './queue.ts';

export interface StopRequest {
  readonly runId: string;
  readonly intent: StopIntent;
}

/**
 * Asks a run to stop (S4). Without a worker it ends now; with one, the intent is stored and the worker ends the run once the work is
 * saved. The first intent counts; asking again changes nothing. Throws `run.ended`.
 */
export async function requestStop(queue: Queue, { runId, intent }: StopRequest): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    const run = await lockRun(tx, runId);
    if (isTerminal(run.state)) throw runyardError('run.ended', { run: runId, state: run.state });
    if (!run.stop_intent) await stop(queue, tx, { run, intent });
    return currentRun(tx, runId);
  });
}

async function stop(
  queue: Queue,
  tx: Tx,
  { run, intent }: { run: LockedRun; intent: StopIntent },
): Promise<void> {
  if (run.state === 'running') return storeIntent(tx, run, intent);
  await appendEvents(tx, run.id, [{ type: 'run.stop-requested', data: intent }]);
  await endRun(queue, tx, { run, ending: stopEnding(run, intent) });
}

/** For a run that is owned: the worker learns of it with its next heartbeat, its node at the commit. */
export async function storeIntent(tx: Tx, run: LockedRun, intent: StopIntent): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ stop_intent: toJson(intent) })
    .where('id', '=', run.id)
    .execute();
  await announce(tx, run.id, [{ type: 'run.stop-requested', data: intent }]);
}
