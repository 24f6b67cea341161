import { z } from 'zod';
import {
  apiRoutes,
  approveRequestSchema,
  cancelRequestSchema,
  createRunRequestSchema,
  diffResponseSchema,
  eventsQuerySchema,
  eventsResponseSchema,
  healthResponseSchema,
  idempotencyHeader,
  idempotencyKeySchema,
  listRunsQuerySchema,
  listRunsResponseSchema,
  queueResponseSchema,
  rollbackRequestSchema,
  rollbackResponseSchema,
  runDetailsSchema,
  runResponseSchema,
  salvageRequestSchema,
  salvageResponseSchema,
  savedPatchResponseSchema,
  savedWorkResponseSchema,
  streamQuerySchema,
  systemEventsQuerySchema,
  systemEventsResponseSchema,
  whyResponseSchema,
} from '../contract.ts';
import { defineOperation, type Operation, runIdParams } from './operation.ts';

const noRun = { 404: 'There is no such run.', 409: 'The start of an id fits several runs.' };

export const listSystemEvents = defineOperation({
  id: 'listSystemEvents',
  method: 'GET',
  path: apiRoutes.systemEvents,
  tag: 'system',
  access: 'token',
  summary: 'What happened to the system and not to one run',
  description: 'The newest first; with `after` those that came after an id, the oldest first.',
  query: systemEventsQuerySchema,
  answers: { 200: { description: 'One page.', schema: systemEventsResponseSchema } },
});

export const getHealth = defineOperation({
  id: 'getHealth',
  method: 'GET',
  path: apiRoutes.health,
  tag: 'system',
  access: 'public',
  summary: 'Whether this node accepts and drives runs',
  description:
    'Says database, sandbox, active runs, breakers that are not closed, the nodes on this database and their singleton duties.',
  answers: {
    200: { description: 'Runs are accepted and driven.', schema: healthResponseSchema },
    503: { description: 'They are not; `status` and `problems` say why.', schema: healthResponseSchema },
  },
});

export const createRun = defineOperation({
  id: 'createRun',
  method: 'POST',
  path: apiRoutes.runs,
  tag: 'runs',
  access: 'token',
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
  access: 'token',
  summary: 'Runs, the newest first',
  description: 'Filters narrow each other down. `next` is the value of `before` for the page after this one.',
  query: listRunsQuerySchema,
  answers: { 200: { description: 'One page.', schema: listRunsResponseSchema } },
});

export const getQueue = defineOperation({
  id: 'getQueue',
  method: 'GET',
  path: apiRoutes.queue,
  tag: 'system',
  access: 'token',
  summary: 'What waits, in the order it would start, and why it does not start now',
  answers: {
    200: { description: 'The queue, what holds its places, and the limits.', schema: queueResponseSchema },
  },
});

export const getRun = defineOperation({
  id: 'getRun',
  method: 'GET',
  path: apiRoutes.run,
  tag: 'runs',
  access: 'token',
  summary: 'A run with its plan, attempts, last checkpoint and what it waits for',
  params: runIdParams,
  answers: { 200: { description: 'The run.', schema: runDetailsSchema } },
  refusals: noRun,
});

export const listEvents = defineOperation({
  id: 'listEvents',
  method: 'GET',
  path: apiRoutes.events,
  tag: 'runs',
  access: 'token',
  summary: 'Events of a run after a sequence number',
  description: 'With `waitMs` the answer waits for the first new one.',
  params: runIdParams,
  query: eventsQuerySchema,
  answers: { 200: { description: 'In order, without gaps.', schema: eventsResponseSchema } },
  refusals: noRun,
});

export const streamEvents = defineOperation({
  id: 'streamEvents',
  method: 'GET',
  path: apiRoutes.stream,
  tag: 'runs',
  access: 'token',
  summary: 'Events of a run as they happen (server-sent events)',
  description:
    'Each has its sequence number as `id`, so a reader that reconnects with Last-Event-ID misses nothing. The last one is named `end`: the run has ended, or waits for a person.',
  params: runIdParams,
  query: streamQuerySchema,
  headers: z.object({ 'last-event-id': z.string().optional() }),
  answers: {
    200: {
      description: 'A stream; a comment every 15 seconds.',
      schema: z.string(),
      type: 'text/event-stream',
    },
  },
  refusals: noRun,
});

export const getDiff = defineOperation({
  id: 'getDiff',
  method: 'GET',
  path: apiRoutes.diff,
  tag: 'work',
  access: 'token',
  summary: 'What the delivered commit, or the best attempt so far, changes',
  params: runIdParams,
  answers: { 200: { description: 'As git prints it, and per file.', schema: diffResponseSchema } },
  refusals: noRun,
});

export const explainRun = defineOperation({
  id: 'explainRun',
  method: 'GET',
  path: apiRoutes.why,
  tag: 'runs',
  access: 'token',
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

export const approveRun = defineOperation({
  id: 'approveRun',
  method: 'POST',
  path: apiRoutes.approve,
  tag: 'decisions',
  access: 'token',
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
  access: 'token',
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
  access: 'token',
  summary: 'Undo on its branch what a run delivered',
  params: runIdParams,
  body: rollbackRequestSchema,
  answers: { 200: { description: 'How it was undone.', schema: rollbackResponseSchema } },
  refusals: { ...noRun, 409: 'It delivered nothing, or the branch cannot be moved.' },
});

export const listSavedWork = defineOperation({
  id: 'listSavedWork',
  method: 'GET',
  path: apiRoutes.salvage,
  tag: 'work',
  access: 'token',
  summary: 'What a run saved, the newest first',
  params: runIdParams,
  answers: { 200: { description: 'States of its work tree.', schema: savedWorkResponseSchema } },
  refusals: noRun,
});

export const getSavedPatch = defineOperation({
  id: 'getSavedPatch',
  method: 'GET',
  path: apiRoutes.salvagePatch,
  tag: 'work',
  access: 'token',
  summary: 'Saved work as a patch',
  params: runIdParams.extend({ name: z.string().min(1).max(200).describe('The name it has in the list.') }),
  answers: { 200: { description: 'What git apply takes, in base64.', schema: savedPatchResponseSchema } },
  refusals: { 404: 'There is no such run, or it saved nothing of that name.' },
});

export const salvageRun = defineOperation({
  id: 'salvageRun',
  method: 'POST',
  path: apiRoutes.salvage,
  tag: 'work',
  access: 'token',
  summary: 'Give saved work back as a new branch of a local source',
  params: runIdParams,
  body: salvageRequestSchema,
  answers: { 200: { description: 'The branch.', schema: salvageResponseSchema } },
  refusals: { ...noRun, 409: 'It saved nothing, the source is remote, or the branch has something else.' },
});

export const operations: readonly Operation[] = [
  createRun,
  listRuns,
  getRun,
  listEvents,
  streamEvents,
  explainRun,
  approveRun,
  cancelRun,
  rollbackRun,
  getDiff,
  listSavedWork,
  getSavedPatch,
  salvageRun,
  getQueue,
  listSystemEvents,
  getHealth,
] as readonly unknown[] as readonly Operation[];
