/**
 * The public API: JSON over HTTP under /api/v1, `Authorization: Bearer <token>` with the token of the file
 * `api-token` in the data folder. Instants are ISO 8601 strings. `:id` is a run id or a unique start of one.
 */
export const apiRoutes = {
  health: '/api/v1/health',
  runs: '/api/v1/runs',
  queue: '/api/v1/queue',
  systemEvents: '/api/v1/system-events',
  streamAll: '/api/v1/stream',
  run: '/api/v1/runs/:id',
  events: '/api/v1/runs/:id/events',
  stream: '/api/v1/runs/:id/stream',
  diff: '/api/v1/runs/:id/diff',
  why: '/api/v1/runs/:id/why',
  plans: '/api/v1/runs/:id/plans',
  sendBack: '/api/v1/runs/:id/send-back',
  answer: '/api/v1/runs/:id/answer',
  approve: '/api/v1/runs/:id/approve',
  cancel: '/api/v1/runs/:id/cancel',
  rollback: '/api/v1/runs/:id/rollback',
  salvage: '/api/v1/runs/:id/salvage',
  salvagePatch: '/api/v1/runs/:id/salvage/:name/patch',
} as const;

/** May stand in for `idempotencyKey` of the body of a POST to /api/v1/runs. */
export const idempotencyHeader = 'idempotency-key';

/** The longest time an events request may be held open. */
export const longestEventWaitMs = 25_000;
export const mostEventsPerPage = 500;
export const mostRunsPerPage = 200;
