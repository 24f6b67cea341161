/** What pages are made from: reads of the whole, and the parts of one run. */
export const viewRoutes = {
  overview: '/api/v1/overview',
  repositories: '/api/v1/repositories',
  repository: '/api/v1/repositories/detail',
  agents: '/api/v1/agents',
  providers: '/api/v1/providers',
  nodes: '/api/v1/nodes',
  settings: '/api/v1/settings',
  ready: '/api/v1/ready',
  live: '/api/v1/live',
  attempts: '/api/v1/runs/:id/attempts',
  modelCalls: '/api/v1/runs/:id/model-calls',
  log: '/api/v1/runs/:id/log',
  logDownload: '/api/v1/runs/:id/log/download',
  retry: '/api/v1/runs/:id/retry',
  seen: '/api/v1/runs/:id/seen',
} as const;

export const mostModelCallsPerPage = 500;
/** Events that become lines of a log: one may be several lines. */
export const mostLogEventsPerPage = 1000;
export const longestWindowHours = 30 * 24;
