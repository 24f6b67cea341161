import type { FastifyInstance } from 'fastify';
import { RunyardError, runyardError } from '../../domain/errors/runyard-error.ts';
import type { Run } from '../../domain/run.ts';
import { endsByItself, waitReasons } from '../../domain/run-state.ts';
import { newestEvents } from '../../events/newest-events.ts';
import { addMs } from '../../lib/deadline.ts';
import { listBreakers } from '../../store/breakers.ts';
import { countWaiting } from '../../store/count-waiting.ts';
import { databaseNow } from '../../store/database-now.ts';
import { listRuns } from '../../store/list-runs.ts';
import { countRuns, findRun } from '../../store/runs.ts';
import type { Db } from '../../store/schema.ts';
import { usageSince } from '../../store/usage-since.ts';
import { mostRunsPerPage, type SymphonyState, symphonyRoutes } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { symphonyIssue, symphonyRefresh, symphonyState } from '../operations/symphony.ts';
import { toRunView } from '../run-view.ts';
import { issueOf, namesOf, retryOf, sessionOf, symphonyStatus, tokensOf } from '../symphony-view.ts';

const RECENT_EVENTS = 20;
/** Requests to look at the queue within so long are one. */
const COALESCED_MS = 1_000;

/** Read endpoints of https://github.com/openai/symphony, SPEC.md section 13.7.2, and its trigger. */
export function registerSymphonyRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { db } = dependencies.queue.store;
  const startedAt = performance.now();
  let since: Date | undefined;

  implement(app, symphonyState, async () => {
    // When this process began, in the time of the database, which the instants of runs are of.
    since ??= addMs(await databaseNow(db), startedAt - performance.now());
    return stateOf(db, since);
  });

  implement(app, symphonyIssue, async ({ params: { issue } }) => {
    const run = await findIssue(db, issue);
    const events = (await newestEvents(db, [run.id], RECENT_EVENTS)).get(run.id) ?? [];
    return issueOf(run, events, toRunView(run).links);
  });

  registerRefresh(app, dependencies);
  refuseOtherMethods(app);
}

function registerRefresh(app: FastifyInstance, { queue, lookAtQueue }: ApiDependencies): void {
  const { db } = queue.store;
  // The clock of this process: that of the database may be set back.
  let lookedAt = Number.NEGATIVE_INFINITY;
  app.register(async (scope) => {
    // An empty body of the type JSON is one that the specification suggests.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null));
    implement(scope, symphonyRefresh, async ({ reply }) => {
      const requestedAt = await databaseNow(db);
      const now = performance.now();
      const coalesced = now - lookedAt < COALESCED_MS;
      if (!coalesced) {
        lookedAt = now;
        lookAtQueue();
      }
      void reply.status(202);
      return {
        queued: true,
        coalesced,
        requested_at: requestedAt.toISOString(),
        operations: ['reconcile', 'dispatch'],
      };
    });
  });
}

async function stateOf(db: Db, since: Date): Promise<SymphonyState> {
  const [now, working, waiting, running, queued, reasons, totals, breakers] = await Promise.all([
    databaseNow(db),
    listRuns(db, { states: ['starting', 'running'], limit: mostRunsPerPage }),
    listRuns(db, { states: ['waiting'], limit: mostRunsPerPage }),
    countRuns(db, ['starting', 'running']),
    countRuns(db, ['queued']),
    countWaiting(db),
    usageSince(db, since),
    listBreakers(db),
  ]);
  const retrying = waiting.filter((run) => symphonyStatus(run) === 'retrying');
  const ids = working.map(({ id }) => id);
  const last = await newestEvents(db, ids, 1);
  const held = breakers.filter(({ breaker }) => breaker.state !== 'closed');
  return {
    generated_at: now.toISOString(),
    counts: { running, queued, ...countsOf(reasons) },
    running: working.map((run) => ({ ...namesOf(run), ...sessionOf(run, last.get(run.id)?.at(-1)) })),
    retrying: retrying.map((run) => ({ ...namesOf(run), ...retryOf(run) })),
    codex_totals: { ...tokensOf(totals.usage), seconds_running: totals.runMs / 1000 },
    rate_limits:
      held.length === 0
        ? null
        : {
            providers: held.map(({ breaker: { key, state, retryAt } }) => ({
              name: key,
              state,
              retry_at: retryAt?.toISOString() ?? null,
            })),
          },
  };
}

function countsOf(reasons: Awaited<ReturnType<typeof countWaiting>>): {
  retrying: number;
  waiting: number;
} {
  const counts = waitReasons.map((reason) => ({ reason, count: reasons[reason] ?? 0 }));
  const sum = (byItself: boolean) =>
    counts.reduce((all, { reason, count }) => (endsByItself(reason) === byItself ? all + count : all), 0);
  return { retrying: sum(true), waiting: sum(false) };
}

/** The newest run of the ticket, else the run of that id. */
async function findIssue(db: Db, issue: string): Promise<Run> {
  const [newest] = await listRuns(db, { ticket: issue, limit: 1 });
  if (newest) return newest;
  try {
    return await findRun(db, issue);
  } catch (error) {
    if (error instanceof RunyardError) throw runyardError('api.issue-not-found', { issue }, error);
    throw error;
  }
}

/** 405 on its routes, as the specification asks for. That of an issue takes any name, and a path that is not there stays one. */
function refuseOtherMethods(app: FastifyInstance): void {
  for (const [url, allowed] of [
    [symphonyRoutes.state, 'GET'],
    [symphonyRoutes.refresh, 'POST'],
  ] as const) {
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => method !== allowed),
      url,
      config: { access: 'viewer' },
      handler: async (request, reply) => {
        void reply.header('allow', allowed);
        throw runyardError('api.method-not-allowed', { route: `${request.method} ${url}`, allowed });
      },
    });
  }
}
