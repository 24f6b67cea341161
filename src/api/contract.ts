/** What a client and the server agree on, by subject; docs/reference/api.md is made from it. */

export * from './contract/agents.ts';
export * from './contract/access.ts';
export * from './contract/decisions.ts';
export * from './contract/events.ts';
export * from './contract/figures.ts';
export * from './contract/nodes.ts';
export * from './contract/overview.ts';
export * from './contract/plans.ts';
export * from './contract/problem.ts';
export * from './contract/queue.ts';
export * from './contract/readiness.ts';
export * from './contract/repositories.ts';
export * from './contract/retry.ts';
export * from './contract/rollback.ts';
export * from './contract/routes.ts';
export * from './contract/run-details.ts';
export * from './contract/run-parts.ts';
export * from './contract/run-view.ts';
export * from './contract/runs.ts';
export * from './contract/salvage.ts';
export * from './contract/settings.ts';
export * from './contract/system.ts';
export * from './contract/view-routes.ts';
