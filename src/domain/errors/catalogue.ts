import { accessErrors } from './access.ts';
import { agentErrors } from './agent.ts';
import { apiErrors } from './api.ts';
import { chaosErrors } from './chaos.ts';
import { cliErrors } from './cli.ts';
import { configErrors } from './config.ts';
import { gatewayErrors } from './gateway.ts';
import { gitErrors } from './git.ts';
import { hostErrors } from './host.ts';
import { lessonErrors } from './lesson.ts';
import { modelErrors } from './model.ts';
import { planErrors } from './plan.ts';
import { processErrors } from './process.ts';
import { reviewErrors } from './review.ts';
import { runErrors } from './run.ts';
import { storeErrors } from './store.ts';
import { verifyErrors } from './verify.ts';
import { workerErrors } from './worker.ts';

/** Every error Runyard can report, by code. The reference in docs/reference/errors.md is generated from it. */
export const errorCatalogue = {
  ...runErrors,
  ...configErrors,
  ...storeErrors,
  ...processErrors,
  ...hostErrors,
  ...gitErrors,
  ...gatewayErrors,
  ...modelErrors,
  ...agentErrors,
  ...verifyErrors,
  ...apiErrors,
  ...accessErrors,
  ...workerErrors,
  ...planErrors,
  ...reviewErrors,
  ...lessonErrors,
  ...cliErrors,
  ...chaosErrors,
};

export type ErrorCatalogue = typeof errorCatalogue;
export type ErrorCode = keyof ErrorCatalogue;
