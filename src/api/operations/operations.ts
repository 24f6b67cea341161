import { accessOperations } from './access.ts';
import { approveRun, cancelRun, rollbackRun } from './decisions.ts';
import { listEvents, listSystemEvents, streamEvents } from './events.ts';
import { lessonOperations } from './lessons.ts';
import type { Operation } from './operation.ts';
import { answerQuestions, listPlans, sendBackPlan } from './plans.ts';
import { getLiveness, getReadiness } from './readiness.ts';
import { getReceipt, listReceiptKeys } from './receipts.ts';
import { downloadLog, listAttempts, listModelCalls, markRunSeen, readLog, retryRun } from './run-parts.ts';
import { createRun, explainRun, getRun, listRuns } from './runs.ts';
import { streamAll } from './stream.ts';
import { symphonyIssue, symphonyRefresh, symphonyState } from './symphony.ts';
import { getHealth, getQueue } from './system.ts';
import { submitTicket } from './tickets.ts';
import {
  getOverview,
  getRepository,
  getSettings,
  listAgents,
  listNodes,
  listProviders,
  listRepositories,
} from './views.ts';
import { getDiff, getSavedPatch, listSavedWork, salvageRun } from './work.ts';

/** Everything the public API can be asked: what the document and the reference page are made from. */
export const operations: readonly Operation[] = [
  createRun,
  submitTicket,
  listRuns,
  getRun,
  listEvents,
  streamEvents,
  explainRun,
  listAttempts,
  listModelCalls,
  readLog,
  downloadLog,
  listPlans,
  approveRun,
  sendBackPlan,
  answerQuestions,
  cancelRun,
  retryRun,
  markRunSeen,
  rollbackRun,
  getReceipt,
  getDiff,
  listSavedWork,
  getSavedPatch,
  salvageRun,
  getQueue,
  listReceiptKeys,
  listSystemEvents,
  streamAll,
  getHealth,
  getReadiness,
  getLiveness,
  getOverview,
  listRepositories,
  getRepository,
  listAgents,
  listProviders,
  listNodes,
  getSettings,
  ...lessonOperations,
  ...accessOperations,
  symphonyState,
  symphonyIssue,
  symphonyRefresh,
] as readonly unknown[] as readonly Operation[];
