import { approveRun, cancelRun, rollbackRun } from './decisions.ts';
import { listEvents, listSystemEvents, streamEvents } from './events.ts';
import type { Operation } from './operation.ts';
import { answerQuestions, listPlans, sendBackPlan } from './plans.ts';
import { createRun, explainRun, getRun, listRuns } from './runs.ts';
import { getHealth, getQueue } from './system.ts';
import { getDiff, getSavedPatch, listSavedWork, salvageRun } from './work.ts';

/** Everything the public API can be asked: what the document and the reference page are made from. */
export const operations: readonly Operation[] = [
  createRun,
  listRuns,
  getRun,
  listEvents,
  streamEvents,
  explainRun,
  listPlans,
  approveRun,
  sendBackPlan,
  answerQuestions,
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
