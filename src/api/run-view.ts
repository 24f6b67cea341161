import type { Run } from '../domain/run.ts';
import { apiRoutes, type RunView } from './contract.ts';

/** A run as it is sent: instants as ISO strings, links added. */
export function toRunView(run: Run): RunView {
  return {
    ...run,
    leaseExpiresAt: iso(run.leaseExpiresAt),
    startDeadlineAt: iso(run.startDeadlineAt),
    deadlineAt: iso(run.deadlineAt),
    expiresAt: run.expiresAt.toISOString(),
    waitUntil: iso(run.waitUntil),
    createdAt: run.createdAt.toISOString(),
    startedAt: iso(run.startedAt),
    endedAt: iso(run.endedAt),
    links: {
      self: pathOf(apiRoutes.run, run.id),
      events: pathOf(apiRoutes.events, run.id),
      diff: pathOf(apiRoutes.diff, run.id),
      why: pathOf(apiRoutes.why, run.id),
    },
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

function pathOf(route: string, id: string): string {
  return route.replace(':id', encodeURIComponent(id));
}
