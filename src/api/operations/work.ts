import { z } from 'zod';
import {
  apiRoutes,
  diffQuerySchema,
  diffResponseSchema,
  salvageRequestSchema,
  salvageResponseSchema,
  savedPatchResponseSchema,
  savedWorkResponseSchema,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const getDiff = defineOperation({
  id: 'getDiff',
  method: 'GET',
  path: apiRoutes.diff,
  tag: 'work',
  access: 'viewer',
  summary: 'What the delivered commit, the best attempt so far, or a given attempt changes',
  params: runIdParams,
  query: diffQuerySchema,
  answers: { 200: { description: 'As git prints it, and per file.', schema: diffResponseSchema } },
  refusals: { ...noRun, 404: 'There is no such run, or nothing was kept of that attempt.' },
});

export const listSavedWork = defineOperation({
  id: 'listSavedWork',
  method: 'GET',
  path: apiRoutes.salvage,
  tag: 'work',
  access: 'viewer',
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
  access: 'viewer',
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
  access: 'operator',
  recorded: ['name', 'branch', 'commit', 'created'],
  summary: 'Give saved work back as a new branch of a local source',
  params: runIdParams,
  body: salvageRequestSchema,
  answers: { 200: { description: 'The branch.', schema: salvageResponseSchema } },
  refusals: { ...noRun, 409: 'It saved nothing, the source is remote, or the branch has something else.' },
});
