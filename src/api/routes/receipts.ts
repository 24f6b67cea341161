import type { FastifyInstance } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { receiptStatement } from '../../domain/receipt.ts';
import { findReceipt, listReceiptKeys as listKeys } from '../../store/receipts.ts';
import { findRun } from '../../store/runs.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { getReceipt, listReceiptKeys } from '../operations/receipts.ts';
import { receiptBrief } from '../receipt-brief.ts';

export function registerReceiptRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { db } = dependencies.queue.store;

  implement(app, getReceipt, async ({ params }) => {
    const run = await findRun(db, params.id);
    const receipt = await findReceipt(db, run.id);
    if (receipt === null) {
      const detail = run.delivery
        ? 'It delivered without one: see its warnings.'
        : `It has delivered nothing; it is ${run.state}.`;
      throw runyardError('verify.no-receipt', { subject: `run ${run.id}`, detail });
    }
    const predicate = receiptStatement(receipt.envelope)?.predicate ?? null;
    return { run: run.id, ...receiptBrief(receipt), envelope: receipt.envelope, predicate };
  });

  implement(app, listReceiptKeys, async () => {
    const current = await dependencies.receiptKeyId();
    const keys = await listKeys(db);
    return {
      keys: keys.map(({ keyId, publicKey, nodeId, createdAt }) => ({
        keyId,
        publicKey,
        node: nodeId,
        createdAt: createdAt.toISOString(),
        current: keyId === current,
      })),
    };
  });
}
