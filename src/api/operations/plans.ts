import {
  answerRequestSchema,
  apiRoutes,
  plansResponseSchema,
  runResponseSchema,
  sendBackRequestSchema,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

const notWaiting =
  'It does not wait with that plan (the answer says what waits now), or it has had all the revisions it may have.';

export const listPlans = defineOperation({
  id: 'listPlans',
  method: 'GET',
  path: apiRoutes.plans,
  tag: 'decisions',
  access: 'viewer',
  summary: 'Every revision of the plan of a run, and what was decided about it',
  params: runIdParams,
  answers: { 200: { description: 'The first revision first.', schema: plansResponseSchema } },
  refusals: noRun,
});

export const sendBackPlan = defineOperation({
  id: 'sendBackPlan',
  method: 'POST',
  path: apiRoutes.sendBack,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by', 'planHash', 'feedback'],
  summary: 'Send the plan a run waits with back to the planner, with feedback',
  description:
    'The run goes back to the queue; its planner gets the plan and all feedback so far, and the new revision waits for an approval of its own.',
  params: runIdParams,
  body: sendBackRequestSchema,
  answers: { 200: { description: 'The run, back in the queue.', schema: runResponseSchema } },
  refusals: { ...noRun, 409: notWaiting },
});

export const answerQuestions = defineOperation({
  id: 'answerQuestions',
  method: 'POST',
  path: apiRoutes.answer,
  tag: 'decisions',
  access: 'operator',
  recorded: ['by', 'planHash', 'answers'],
  summary: 'Answer open questions of the plan a run waits with',
  description:
    'The run goes back to the queue and its planner revises the plan with the answers. An answer never approves: where plans need an approval, the new revision waits for one.',
  params: runIdParams,
  body: answerRequestSchema,
  answers: { 200: { description: 'The run, back in the queue.', schema: runResponseSchema } },
  refusals: { ...noRun, 400: 'The plan does not ask that.', 409: notWaiting },
});
