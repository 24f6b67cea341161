import type { CodeHost, DeliveryRequest } from '../adapters/code-host/types.ts';
import { type Delivery, deliverySchema } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Queue } from '../queue/queue.ts';
import { beginEffect, finishEffect } from '../store/outbox-effects.ts';
import { recordDelivery } from '../store/record-delivery.ts';
import { whileOwned } from './while-owned.ts';

export interface DeliverOnce {
  readonly queue: Queue;
  readonly codeHost: CodeHost;
  readonly request: Omit<DeliveryRequest, 'fence'>;
  readonly epoch: number;
  readonly leaseMs: number;
}

/**
 * Delivers a run's commit exactly once. The intent is written first, under the epoch; a delivery whose answer was lost is asked for
 * again and changes nothing, because the code host's `deliver` is idempotent. It happens under the run's lease (docs/adr/0012).
 */
export async function deliverOnce(options: DeliverOnce): Promise<Delivery> {
  const { queue, codeHost, request, epoch, leaseMs } = options;
  const { db } = queue.store;
  const { runId, commit } = request;
  const key = `deliver:${runId}:${commit}`;
  const effect = await beginEffect(db, {
    key,
    runId,
    epoch,
    kind: 'deliver',
    request: { commit, repository: request.repository },
  });
  if (effect.state === 'done') return deliverySchema.parse(effect.result);
  const delivery = await whileOwned({
    queue,
    owner: { runId, epoch },
    leaseMs,
    effect: (fence) => codeHost.deliver({ ...request, fence }),
  });
  await db.transaction().execute(async (tx) => {
    await finishEffect(tx, { key, state: 'done', result: delivery, epoch });
    await recordDelivery(tx, { runId, epoch, delivery });
    await appendEvents(tx, runId, [{ type: 'run.delivered', data: delivery }]);
  });
  return delivery;
}
