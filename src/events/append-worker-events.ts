import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Tx } from '../store/schema.ts';
import { insertEvents, type OriginatedEvent } from './insert-events.ts';

export interface WorkerEvents {
  readonly runId: string;
  readonly epoch: number;
  /** `ageMs`: how long ago it happened when it arrived here. */
  readonly events: readonly {
    readonly workerSeq: number;
    readonly ageMs: number;
    readonly event: NewEvent;
  }[];
}

/**
 * Appends what a worker sent. A request that is repeated because its answer was lost stores nothing twice; an epoch that does not own
 * the run any more stores nothing at all and is told so with `run.stale-owner`.
 */
export async function appendWorkerEvents(tx: Tx, { runId, epoch, events }: WorkerEvents): Promise<void> {
  const run = await tx
    .selectFrom('runs')
    .select(['state', 'epoch'])
    .where('id', '=', runId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (run?.state !== 'running' || run.epoch !== epoch)
    throw runyardError('run.stale-owner', { run: runId, epoch });
  const seen = await storedSeqs(tx, { runId, epoch, events });
  const fresh: OriginatedEvent[] = [];
  for (const { workerSeq, ageMs, event } of events) {
    if (!seen.has(workerSeq)) fresh.push({ event, origin: { epoch, workerSeq, ageMs } });
    seen.add(workerSeq);
  }
  if (fresh.length > 0) await insertEvents(tx, { runId, events: fresh });
}

async function storedSeqs(tx: Tx, { runId, epoch, events }: WorkerEvents): Promise<Set<number | null>> {
  if (events.length === 0) return new Set();
  const rows = await tx
    .selectFrom('run_events')
    .select('worker_seq')
    .where('run_id', '=', runId)
    .where('epoch', '=', epoch)
    .where(
      'worker_seq',
      'in',
      events.map((event) => event.workerSeq),
    )
    .execute();
  return new Set(rows.map((row) => row.worker_seq));
}
