import { z } from 'zod';
import {
  apiRoutes,
  createRunRequestSchema,
  idempotencyHeader,
  idempotencyKeySchema,
  listRunsQuerySchema,
  listRunsResponseSchema,
  runDetailsSchema,
  runResponseSchema,
  whyResponseSchema,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const createRun = defineOperation({
  id: 'createRun',
  method: 'POST',
  path: apiRoutes.runs,
  tag: 'runs',
  access: 'operator',
  summary: 'Accept a run',
  description:
    'Once this is answered, no crash loses the run. The same idempotency key, in the body or the header, makes one run, however often it is sent.',
  body: createRunRequestSchema,
  headers: z.object({ [idempotencyHeader]: idempotencyKeySchema.optional() }),
  answers: {
    200: { description: 'The key has a run of the same spec already: that one.', schema: runResponseSchema },
    201: { description: 'The new run.', schema: runResponseSchema },
  },
  refusals: {
    422: 'The key has a run of another spec, or no run of this spec can start here.',
    429: 'The queue is full; `Retry-After` says when a place is likely to come free.',
  },
});

export const listRuns = defineOperation({
  id: 'listRuns',
  method: 'GET',
  path: apiRoutes.runs,
  tag: 'runs',
  access: 'viewer',
  summary: 'Runs, the newest first',
  description: 'Filters narrow each other down. `next` is the value of `before` for the page after this one.',
  query: listRunsQuerySchema,
  answers: { 200: { description: 'One page.', schema: listRunsResponseSchema } },
});

export const getRun = defineOperation({
  id: 'getRun',
  method: 'GET',
  path: apiRoutes.run,
  tag: 'runs',
  access: 'viewer',
  summary: 'A run with its plan, attempts, last checkpoint and what it waits for',
  params: runIdParams,
  answers: { 200: { description: 'The run.', schema: runDetailsSchema } },
  refusals: noRun,
});

export const explainRun = defineOperation({
  id: 'explainRun',
  method: 'GET',
  path: apiRoutes.why,
  tag: 'runs',
  access: 'viewer',
  summary: 'Why a run stands where it stands',
  params: runIdParams,
  answers: {
    200: {
      description: 'Class, evidence, what was tried, what was saved, what to do next.',
      schema: whyResponseSchema,
    },
  },
  refusals: noRun,
});
