import type { FastifyInstance } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { isTerminal } from '../../domain/run-state.ts';
import { retryRun as retry } from '../../intake/retry-run.ts';
import { markSeen } from '../../store/needs-attention.ts';
import { findRun } from '../../store/runs.ts';
import { actorName } from '../access/identity.ts';
import { idempotencyHeader, idempotencyKeySchema } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import {
  downloadLog,
  listAttempts,
  listModelCalls,
  markRunSeen,
  readLog,
  retryRun,
} from '../operations/run-parts.ts';
import { toRunView } from '../run-view.ts';
import { streamText } from '../stream-text.ts';
import { attemptsView } from '../views/attempts.ts';
import { logPage, logText } from '../views/log.ts';
import { modelCallsView } from '../views/model-calls.ts';

/** What a run consists of, and what is done with one that has ended. */
export function registerRunPartRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { db } = dependencies.queue.store;

  implement(app, listAttempts, async ({ params }) => attemptsView(db, await findRun(db, params.id)));

  implement(app, listModelCalls, async ({ params, query }) => {
    const { id } = await findRun(db, params.id);
    return modelCallsView(db, { runId: id, ...query });
  });

  implement(app, readLog, async ({ params, query }) => logPage(db, await findRun(db, params.id), query));

  implement(app, downloadLog, async ({ params, query, reply }) => {
    const { id } = await findRun(db, params.id);
    const name = `runyard-${id}${query.source === 'all' ? '' : `-${query.source}`}.log`;
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    return streamText(reply, logText(db, id, query.source));
  });

  registerDecisions(app, dependencies);
}

function registerDecisions(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, accepting, nodeId, maxQueued, requireRunnable, runChanged } = dependencies;
  const { db } = queue.store;

  implement(app, retryRun, async ({ params, body, request, reply }) => {
    if (!accepting()) throw runyardError('api.shutting-down', { node: nodeId, retryAfterSeconds: 10 });
    const of = await findRun(db, params.id);
    if (!isTerminal(of.state)) throw runyardError('run.not-ended', { run: of.id, state: of.state });
    const header = idempotencyKeySchema.optional().parse(request.headers[idempotencyHeader]);
    const warnings = await requireRunnable(of.spec);
    const idempotencyKey = body.idempotencyKey ?? header ?? null;
    const { run, created } = await retry(queue, {
      of,
      idempotencyKey,
      by: body.by ?? actorName(request),
      maxQueued,
      warnings,
    });
    runChanged(run);
    void reply.status(created ? 201 : 200);
    return { run: toRunView(run), retryOf: of.id };
  });

  implement(app, markRunSeen, async ({ params, body, request }) => {
    const { id, state } = await findRun(db, params.id);
    if (!isTerminal(state)) throw runyardError('run.not-ended', { run: id, state });
    const { by, at } = await markSeen(db, id, body.by ?? actorName(request));
    return { run: id, by, at: at.toISOString() };
  });
}
