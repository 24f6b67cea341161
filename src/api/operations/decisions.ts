import {
  apiRoutes,
  approveRequestSchema,
  cancelRequestSchema,
  rollbackRequestSchema,
  rollbackResponseSchema,
  runResponseSchema,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const approveRun = defineOperation({
  id: 'approveRun',
  method: 'POST',
  path: apiRoutes.approve,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by', 'planHash', 'unverifiedCommit', 'attempt'],
  summary: 'Approve exactly what a run waits with',
  params: runIdParams,
  body: approveRequestSchema,
  answers: { 200: { description: 'The run, back in the queue.', schema: runResponseSchema } },
  refusals: { ...noRun, 409: 'It does not wait for that, or something else waits than what was named.' },
});

export const cancelRun = defineOperation({
  id: 'cancelRun',
  method: 'POST',
  path: apiRoutes.cancel,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by', 'reason'],
  summary: 'End a run; its work is saved first',
  params: runIdParams,
  body: cancelRequestSchema,
  answers: { 200: { description: 'The run: ended, or about to.', schema: runResponseSchema } },
  refusals: { ...noRun, 409: 'It has ended already.' },
});

export const rollbackRun = defineOperation({
  id: 'rollbackRun',
  method: 'POST',
  path: apiRoutes.rollback,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by', 'mode', 'branch', 'commit', 'changed'],
  summary: 'Undo on its branch what a run delivered',
  params: runIdParams,
  body: rollbackRequestSchema,
  answers: { 200: { description: 'How it was undone.', schema: rollbackResponseSchema } },
  refusals: { ...noRun, 409: 'It delivered nothing, or the branch cannot be moved.' },
});
