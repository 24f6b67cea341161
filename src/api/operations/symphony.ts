import { z } from 'zod';
import {
  symphonyIssueSchema,
  symphonyRefreshSchema,
  symphonyRoutes,
  symphonyStateSchema,
} from '../contract.ts';
import { defineOperation } from './operation.ts';

const shape = 'As https://github.com/openai/symphony, SPEC.md section 13.7.2, has it.';

export const symphonyState = defineOperation({
  id: 'symphonyState',
  method: 'GET',
  path: symphonyRoutes.state,
  tag: 'symphony',
  access: 'viewer',
  summary: 'What is at work, what is tried again later, and what was used',
  description: `${shape} Totals are of runs that were accepted since this node started, and of all that are at work. At most 200 runs of each list, the newest; \`counts\` are of all.`,
  answers: { 200: { description: 'The state now.', schema: symphonyStateSchema } },
});

export const symphonyIssue = defineOperation({
  id: 'symphonyIssue',
  method: 'GET',
  path: symphonyRoutes.issue,
  tag: 'symphony',
  access: 'viewer',
  summary: 'The newest run of a ticket',
  description: `${shape} A path of this API wins over a ticket of the same name.`,
  params: z.object({
    issue: z.string().min(1).max(100).describe('The key of a ticket, or the id of a run.'),
  }),
  answers: { 200: { description: 'The run.', schema: symphonyIssueSchema } },
  refusals: { 404: 'No run has that ticket or that id.' },
});

export const symphonyRefresh = defineOperation({
  id: 'symphonyRefresh',
  method: 'POST',
  path: symphonyRoutes.refresh,
  tag: 'symphony',
  access: 'operator',
  summary: 'Look at the queue now',
  description: `${shape} Runs start by themselves as soon as they may; this only asks again. A body is not looked at.`,
  answers: { 202: { description: 'It looks.', schema: symphonyRefreshSchema } },
});
