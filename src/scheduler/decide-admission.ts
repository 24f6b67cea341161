import type { AdmissionSnapshot, QueuedRun } from '../queue/admission-snapshot.ts';

export interface AdmissionLimits {
  readonly maxRuns: number;
  readonly maxRunsPerRepository: number;
}

/** Weight of a priority in minutes of waiting: a `low` run that waited four hours goes before a `high` one that just came. */
const headStartMinutes = { urgent: 24 * 60, high: 4 * 60, normal: 2 * 60, low: 0 } as const;

/**
 * Which queued runs may start now, in that order. Pure: limits hold exactly because the caller runs it under an advisory lock
 * with the snapshot taken inside the same transaction (Q1, Q2). Ageing rules out starvation; among equals, the repository with
 * fewer active runs goes first.
 */
export function decideAdmission(snapshot: AdmissionSnapshot, limits: AdmissionLimits): string[] {
  const activeOf = new Map(Object.entries(snapshot.active.byRepository));
  let free = limits.maxRuns - snapshot.active.total;
  const admitted: string[] = [];
  const { providers, agents } = snapshot.paused;
  const waiting = snapshot.queued.filter(
    (run) => !agents.includes(run.agent) && !(run.provider !== null && providers.includes(run.provider)),
  );
  while (free > 0 && waiting.length > 0) {
    waiting.sort((a, b) => rank(b, activeOf, snapshot.now) - rank(a, activeOf, snapshot.now));
    const index = waiting.findIndex(
      (run) => (activeOf.get(run.repository) ?? 0) < limits.maxRunsPerRepository,
    );
    const next = waiting[index];
    if (!next) break;
    waiting.splice(index, 1);
    admitted.push(next.id);
    activeOf.set(next.repository, (activeOf.get(next.repository) ?? 0) + 1);
    free -= 1;
  }
  return admitted;
}

function rank(run: QueuedRun, activeOf: ReadonlyMap<string, number>, now: Date): number {
  const waitedMinutes = (now.getTime() - run.createdAt.getTime()) / 60_000;
  const crowding = activeOf.get(run.repository) ?? 0;
  return headStartMinutes[run.priority] + waitedMinutes - crowding;
}
