import { receiptKeysResponseSchema, receiptResponseSchema, receiptRoutes } from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const getReceipt = defineOperation({
  id: 'getReceipt',
  method: 'GET',
  path: receiptRoutes.receipt,
  tag: 'runs',
  access: 'viewer',
  summary: 'The signed receipt of what a run verified and delivered',
  description:
    'An in-toto statement in a DSSE envelope, signed with Ed25519. `runyard verify-receipt` checks it, and so does any tool that knows these formats.',
  params: runIdParams,
  answers: { 200: { description: 'The receipt of its delivered commit.', schema: receiptResponseSchema } },
  refusals: { 404: 'There is no such run, or it has no receipt.', 409: noRun[409] },
});

export const listReceiptKeys = defineOperation({
  id: 'listReceiptKeys',
  method: 'GET',
  path: receiptRoutes.keys,
  tag: 'system',
  access: 'viewer',
  summary: 'Public keys that receipts were signed with, also former ones',
  answers: { 200: { description: 'The newest first.', schema: receiptKeysResponseSchema } },
});
