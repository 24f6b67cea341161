import { z } from 'zod';
import {
  attemptsResponseSchema,
  idempotencyHeader,
  idempotencyKeySchema,
  logDownloadQuerySchema,
  logQuerySchema,
  logResponseSchema,
  modelCallsQuerySchema,
  modelCallsResponseSchema,
  retryRequestSchema,
  retryResponseSchema,
  seenRequestSchema,
  seenResponseSchema,
  viewRoutes,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const listAttempts = defineOperation({
  id: 'listAttempts',
  method: 'GET',
  path: viewRoutes.attempts,
  tag: 'runs',
  access: 'viewer',
  summary: 'Stages and attempts of a run, with checks, diagnostics, tokens and cost of each',
  params: runIdParams,
  answers: { 200: { description: 'The oldest first.', schema: attemptsResponseSchema } },
  refusals: noRun,
});

export const listModelCalls = defineOperation({
  id: 'listModelCalls',
  method: 'GET',
  path: viewRoutes.modelCalls,
  tag: 'runs',
  access: 'viewer',
  summary: 'Model calls of a run, with tokens, cache and cost of each',
  params: runIdParams,
  query: modelCallsQuerySchema,
  answers: { 200: { description: 'One page, the oldest first.', schema: modelCallsResponseSchema } },
  refusals: noRun,
});

export const readLog = defineOperation({
  id: 'readLog',
  method: 'GET',
  path: viewRoutes.log,
  tag: 'runs',
  access: 'viewer',
  summary: 'The log of a run in lines',
  params: runIdParams,
  query: logQuerySchema,
  answers: { 200: { description: 'One page, the oldest first.', schema: logResponseSchema } },
  refusals: noRun,
});

export const downloadLog = defineOperation({
  id: 'downloadLog',
  method: 'GET',
  path: viewRoutes.logDownload,
  tag: 'runs',
  access: 'viewer',
  summary: 'The whole log of a run as a text file, without escape sequences',
  params: runIdParams,
  query: logDownloadQuerySchema,
  answers: { 200: { description: 'As an attachment.', schema: z.string(), type: 'text/plain' } },
  refusals: noRun,
});

export const retryRun = defineOperation({
  id: 'retryRun',
  method: 'POST',
  path: viewRoutes.retry,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by'],
  summary: 'Run the same again: a new run with the spec of one that has ended',
  params: runIdParams,
  body: retryRequestSchema,
  headers: z.object({ [idempotencyHeader]: idempotencyKeySchema.optional() }),
  answers: {
    200: { description: 'The key had made a run of this one before: that one.', schema: retryResponseSchema },
    201: { description: 'The new run.', schema: retryResponseSchema },
  },
  refusals: {
    ...noRun,
    409: 'It has not ended.',
    422: 'No run of this spec can start here any more.',
    429: 'The queue is full; `Retry-After` says when a place is likely to come free.',
  },
});

export const markRunSeen = defineOperation({
  id: 'markRunSeen',
  method: 'POST',
  path: viewRoutes.seen,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by'],
  summary: 'Say that somebody has looked at a run that ended',
  params: runIdParams,
  body: seenRequestSchema,
  answers: { 200: { description: 'Who saw it first, and when.', schema: seenResponseSchema } },
  refusals: { ...noRun, 409: 'It has not ended.' },
});
