import { z } from 'zod';
import type { CodeHost, DeliveryRequest } from '../adapters/code-host/types.ts';
import { messageOf, RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { type Delivery, deliverySchema } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Queue } from '../queue/queue.ts';
import { beginEffect, begunRequest, finishEffect } from '../store/outbox-effects.ts';
import { type NewReceipt, recordReceipt } from '../store/receipts.ts';
import { recordDelivery } from '../store/record-delivery.ts';
import type { Tx } from '../store/schema.ts';
import { whileOwned } from './while-owned.ts';

export interface DeliverOnce {
  readonly queue: Queue;
  readonly codeHost: Pick<CodeHost, 'deliver'>;
  readonly request: Omit<DeliveryRequest, 'fence'>;
  readonly epoch: number;
  readonly leaseMs: number;
  /** Absent: delivered without a receipt. */
  readonly receipts?: ReceiptMaker;
}

/** Signs what was verified (X2). */
export interface ReceiptMaker {
  /**
   * Looks for the verdict on exactly the commit that is to be delivered, before anything is. Throws when the commit is said to be verified and
   * is not; gives null when there is nothing to state.
   */
  prepare(claim: Pick<DeliveryRequest, 'commit' | 'baseCommit' | 'verified'>): Promise<MakeReceipt | null>;
}

export type MakeReceipt = (delivery: Delivery) => Promise<NewReceipt>;

/**
 * Delivers a run's commit exactly once. The intent is written first, under the epoch; a delivery whose answer was lost is asked for
 * again and changes nothing, because the code host's `deliver` is idempotent. It happens under the run's lease (docs/adr/0012).
 */
export async function deliverOnce(options: DeliverOnce): Promise<Delivery> {
  const { request, epoch } = options;
  const { db } = options.queue.store;
  const { runId, commit, baseCommit, verified, repository } = request;
  const key = keyOf(request);
  const intent = { commit, baseCommit, verified, repository };
  const make = (await options.receipts?.prepare(request)) ?? null;
  const effect = await beginEffect(db, { key, runId, epoch, kind: 'deliver', request: intent });
  if (effect.state === 'done') return deliverySchema.parse(effect.result);
  let delivery: Delivery;
  try {
    delivery = await act(options);
  } catch (error) {
    const earlier = await earlierDelivery(options, error);
    if (!earlier) throw error;
    await giveWay(options, { earlier, error });
    return deliverOnce({ ...options, request: earlier });
  }
  const signed = await sign(make, delivery);
  await db.transaction().execute(async (tx) => {
    await finishEffect(tx, { key, state: 'done', result: delivery, epoch });
    await recordDelivery(tx, { runId, epoch, delivery });
    await appendEvents(tx, runId, [{ type: 'run.delivered', data: delivery }]);
    await recordSigned(tx, runId, signed);
  });
  return delivery;
}

type Signed = { readonly receipt: NewReceipt } | { readonly warning: string } | null;

/** The commit is delivered by then: that nobody can sign it is said, and does not undo it. */
async function sign(make: MakeReceipt | null, delivery: Delivery): Promise<Signed> {
  if (make === null) return null;
  try {
    return { receipt: await make(delivery) };
  } catch (error) {
    return { warning: `No receipt of commit ${delivery.commit} could be made: ${messageOf(error)}` };
  }
}

async function recordSigned(tx: Tx, runId: string, signed: Signed): Promise<void> {
  if (signed === null) return;
  if ('warning' in signed) {
    const data = { code: 'receipt.not-made', message: signed.warning };
    await appendEvents(tx, runId, [{ type: 'run.warning', data }]);
    return;
  }
  const { commit, digest, key } = signed.receipt;
  await recordReceipt(tx, runId, signed.receipt);
  await appendEvents(tx, runId, [{ type: 'receipt.signed', data: { commit, digest, keyId: key.keyId } }]);
}

function keyOf({ runId, commit }: Pick<DeliveryRequest, 'runId' | 'commit'>): string {
  return `deliver:${runId}:${commit}`;
}

function act({ queue, codeHost, request, epoch, leaseMs }: DeliverOnce): Promise<Delivery> {
  const owner = { runId: request.runId, epoch };
  return whileOwned({
    queue,
    owner,
    leaseMs,
    effect: (fence) => codeHost.deliver({ ...request, fence }),
  });
}

const intentSchema = z.object({ commit: z.string(), baseCommit: z.string(), verified: z.boolean() });
const conflictSchema = z.object({ commit: z.string() });

/**
 * An earlier owner may have delivered and died before it could say so, and this one may not have had its commits and have made others.
 * Then the branch has what the earlier owner wrote down as its intent, and that is the delivery of the run.
 */
async function earlierDelivery(
  { queue, request }: DeliverOnce,
  error: unknown,
): Promise<DeliverOnce['request'] | null> {
  if (!(error instanceof RunyardError) || error.code !== 'git.branch-exists') return null;
  const found = conflictSchema.safeParse(error.fields);
  if (!found.success || found.data.commit === request.commit) return null;
  const key = keyOf({ runId: request.runId, commit: found.data.commit });
  const intent = intentSchema.safeParse(await begunRequest(queue.store.db, key));
  return intent.success ? { ...request, ...intent.data } : null;
}

async function giveWay(
  { queue, request, epoch }: DeliverOnce,
  { earlier, error }: { earlier: Pick<DeliveryRequest, 'commit'>; error: unknown },
): Promise<void> {
  const { runId, commit } = request;
  const message = `An earlier worker of this run delivered commit ${earlier.commit} before it was lost. That stands; commit ${commit} is not delivered.`;
  await queue.store.db.transaction().execute(async (tx) => {
    await finishEffect(tx, { key: keyOf(request), state: 'failed', result: toErrorData(error), epoch });
    await appendEvents(tx, runId, [
      { type: 'run.warning', data: { code: 'delivery.earlier-stands', message } },
    ]);
  });
}
