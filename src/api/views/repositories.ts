import { runyardError } from '../../domain/errors/runyard-error.ts';
import { addMs } from '../../lib/deadline.ts';
import { databaseNow } from '../../store/database-now.ts';
import { type EndedCounts, endedByRepository, endedOfRepository } from '../../store/ended-runs.ts';
import { type OpenGroup, openGroups } from '../../store/open-runs.ts';
import {
  type FoundChecks,
  lastCheckNames,
  lastChecks,
  newestRunOfRepositories,
} from '../../store/repositories.ts';
import { type RunLineRecord, runLinesOf } from '../../store/run-lines.ts';
import type { RepositoriesResponse, RepositoryResponse } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ViewLimits } from '../view-sources.ts';
import { endedCounts, runLineView } from './figures.ts';
import { countWhere, holdsPlace, mostRunsOf } from './open-counts.ts';

const WINDOW_MS = 30 * 24 * 60 * 60_000;
const MOST_REPOSITORIES = 500;
const RECENT_RUNS = 50;

type Dependencies = Pick<ApiDependencies, 'queue' | 'views'>;

export async function repositoriesView({ queue, views }: Dependencies): Promise<RepositoriesResponse> {
  const { db } = queue.store;
  const since = addMs(await databaseNow(db), -WINDOW_MS);
  const [newest, ended, open] = await Promise.all([
    newestRunOfRepositories(db, MOST_REPOSITORIES),
    endedByRepository(db, since),
    openGroups(db),
  ]);
  const checks = await lastCheckNames(
    db,
    newest.map(({ repository }) => repository),
  );
  return {
    repositories: newest.map((last) => ({
      ...summary(last, ended.get(last.repository), { open, limits: views.limits }),
      checks: checks.get(last.repository) ?? null,
    })),
  };
}

/** Throws `api.repository-unknown` for one that no run was made for. */
export async function repositoryView(
  { queue, views }: Dependencies,
  repository: string,
): Promise<RepositoryResponse> {
  const { db } = queue.store;
  const since = addMs(await databaseNow(db), -WINDOW_MS);
  const [recent, ended, open, checks] = await Promise.all([
    runLinesOf(db, repository, RECENT_RUNS),
    endedOfRepository(db, { since, repository }),
    openGroups(db),
    lastChecks(db, repository),
  ]);
  const [last] = recent;
  if (!last) throw runyardError('api.repository-unknown', { repository });
  return {
    ...summary(last, ended, { open, limits: views.limits }),
    durations: { medianMs: ended.medianMs, p95Ms: ended.p95Ms },
    checks: checks && checksView(checks),
    recent: recent.map(runLineView),
  };
}

function summary(
  last: RunLineRecord,
  figures: EndedCounts | undefined,
  { open, limits }: { open: readonly OpenGroup[]; limits: ViewLimits },
) {
  const name = last.repository;
  const own = open.filter(({ repository }) => repository === name);
  return {
    name,
    open: countWhere(own, () => true),
    ended: endedCounts(figures),
    limit: {
      running: countWhere(own, holdsPlace),
      mostRuns: mostRunsOf(limits.repositories, name, limits.maxRunsPerRepository),
    },
    lastRun: runLineView(last),
  };
}

function checksView({ run, at, results, baseline }: FoundChecks): RepositoryResponse['checks'] {
  const onBase = new Map(baseline.map(({ check, status }) => [check.name, status]));
  return {
    run,
    at: at.toISOString(),
    found: results.map(({ check, status, durationMs }) => ({
      name: check.name,
      kind: check.kind,
      command: check.argv,
      source: check.source,
      timeoutMs: check.timeoutMs,
      status,
      baseStatus: onBase.get(check.name) ?? null,
      durationMs,
    })),
  };
}
