import { approveRun, cancelRun, rollbackRun } from './decisions.ts';
import { listEvents, listSystemEvents, streamEvents } from './events.ts';
import type { Operation } from './operation.ts';
import { createRun, explainRun, getRun, listRuns } from './runs.ts';
import { streamAll } from './stream.ts';
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
  approveRun,
  cancelRun,
  rollbackRun,
  getDiff,
  listSavedWork,
  getSavedPatch,
  salvageRun,
  getQueue,
  listSystemEvents,
  streamAll,
  getHealth,
] as readonly unknown[] as readonly Operation[];
