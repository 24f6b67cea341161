import type { CodeHost, NoteRequest } from '../adapters/code-host/types.ts';
import { messageOf, RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Queue } from '../queue/queue.ts';
import { beginEffect, finishEffect } from '../store/outbox-effects.ts';
import { noteKey } from '../store/receipts.ts';
import { whileOwned } from './while-owned.ts';

export interface AttachOnce {
  readonly queue: Queue;
  readonly codeHost: Pick<CodeHost, 'attachNote'>;
  readonly request: Omit<NoteRequest, 'fence'> & { readonly runId: string };
  readonly epoch: number;
  readonly leaseMs: number;
}

/**
 * Attaches a receipt to its commit as a git note, once. Asked again after a node died in between, it looks and does what is missing. A note
 * that cannot be written is a warning of the run: the receipt itself is stored. Throws only when the run is somebody else's by now.
 */
export async function attachReceiptOnce(options: AttachOnce): Promise<void> {
  const { queue, codeHost, request, epoch, leaseMs } = options;
  const { runId, commit, repository } = request;
  const { db } = queue.store;
  const key = noteKey(runId, commit);
  const intent = { commit, repository };
  const effect = await beginEffect(db, { key, runId, epoch, kind: 'note', request: intent });
  if (effect.state === 'done') return;
  try {
    const outcome = await whileOwned({
      queue,
      owner: { runId, epoch },
      leaseMs,
      effect: (fence) => codeHost.attachNote({ ...request, fence }),
    });
    await finishEffect(db, { key, state: 'done', result: outcome, epoch });
  } catch (error) {
    if (error instanceof RunyardError && error.code === 'run.stale-owner') throw error;
    const message = `The receipt of commit ${commit} could not be attached to it as a git note; it is stored, and runyard receipt ${runId} shows it. ${messageOf(error)}`;
    await db.transaction().execute(async (tx) => {
      await finishEffect(tx, { key, state: 'failed', result: toErrorData(error), epoch });
      await appendEvents(tx, runId, [
        { type: 'run.warning', data: { code: 'receipt.not-attached', message } },
      ]);
    });
  }
}
