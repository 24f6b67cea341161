import type { HoldReason } from '../domain/hold-reason.ts';
import type { Run } from '../domain/run.ts';
import { takeAdmissionSnapshot } from '../queue/admission-snapshot.ts';
import type { Queue } from '../queue/queue.ts';
import { listRuns } from '../store/list-runs.ts';
import { countRuns, findRuns } from '../store/runs.ts';
import { type AdmissionRules, decideAdmission } from './decide-admission.ts';

export interface QueueState {
  readonly at: Date;
  /** In the order in which they would start. No reason: it starts with the next look at the queue. */
  readonly waiting: readonly { readonly run: Run; readonly reasons: readonly HoldReason[] }[];
  /** All that wait, those beyond `limit` included. */
  readonly waitingTotal: number;
  /** Those that hold a place. */
  readonly active: readonly Run[];
}

const MOST_ACTIVE = 1000;

/** What waits and why, from the decision that admission itself acts on. Changes nothing. */
export async function readQueue(
  { store: { db } }: Queue,
  rules: AdmissionRules,
  limit: number,
): Promise<QueueState> {
  const snapshot = await takeAdmissionSnapshot(db, { perLine: limit });
  const { admit, held } = decideAdmission(snapshot, rules);
  const order = [...admit.map((id) => ({ id, reasons: [] })), ...held].slice(0, limit);
  const [runs, active, waitingTotal] = await Promise.all([
    findRuns(
      db,
      order.map(({ id }) => id),
    ),
    listRuns(db, { states: ['starting', 'running'], limit: MOST_ACTIVE }),
    countRuns(db, ['queued']),
  ]);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const waiting = order.flatMap(({ id, reasons }) => {
    const run = byId.get(id);
    // One that went on since the snapshot was taken does not wait any more.
    return run?.state === 'queued' ? [{ run, reasons }] : [];
  });
  return { at: snapshot.now, waiting, waitingTotal, active };
}
