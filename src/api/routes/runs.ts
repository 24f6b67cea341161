import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { explainRun } from '../../domain/explain-run.ts';
import type { Run } from '../../domain/run.ts';
import { endsByItself, isTerminal } from '../../domain/run-state.ts';
import { readEvents } from '../../events/read-events.ts';
import { findRollback } from '../../events/record-rollback.ts';
import { submitRun } from '../../intake/submit-run.ts';
import { requestStop } from '../../queue/request-stop.ts';
import { resumeRun } from '../../queue/resume-run.ts';
import { listBreakers } from '../../store/breakers.ts';
import { latestCheckpoint } from '../../store/checkpoints.ts';
import { databaseNow } from '../../store/database-now.ts';
import { runActivity } from '../../store/run-activity.ts';
import { findRun, listRuns } from '../../store/runs.ts';
import { requireApiToken } from '../authenticate.ts';
import {
  apiRoutes,
  approveRequestSchema,
  cancelRequestSchema,
  createRunRequestSchema,
  eventsQuerySchema,
  idempotencyHeader,
  idempotencyKeySchema,
  listRunsQuerySchema,
  rollbackRequestSchema,
} from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { runDetails } from '../run-details.ts';
import { toRunView } from '../run-view.ts';

const idParams = z.object({ id: z.string().min(1).max(64) });

export function registerRunRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  app.register(async (routes) => {
    routes.addHook('onRequest', async (request) => requireApiToken(request, dependencies.apiToken));
    registerCollection(routes, dependencies);
    registerReading(routes, dependencies);
    registerActions(routes, dependencies);
  });
}

function registerCollection(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, maxQueued, accepting, nodeId, runChanged, requireRunnable } = dependencies;

  app.post(apiRoutes.runs, async (request, reply) => {
    if (!accepting()) throw runyardError('api.shutting-down', { node: nodeId, retryAfterSeconds: 10 });
    const body = createRunRequestSchema.parse(request.body);
    const header = idempotencyKeySchema.optional().parse(request.headers[idempotencyHeader]);
    const idempotencyKey = body.idempotencyKey ?? header ?? null;
    const by = body.by ?? 'api';
    const warnings = await requireRunnable(body.spec);
    const submitted = { spec: body.spec, idempotencyKey, by, maxQueued, warnings };
    const { run, created } = await submitRun(queue, submitted);
    runChanged(run);
    return reply.status(created ? 201 : 200).send({ run: toRunView(run) });
  });

  app.get(apiRoutes.runs, async (request) => {
    const { state, limit, before } = listRunsQuerySchema.parse(request.query);
    const runs = await listRuns(queue.store.db, {
      limit,
      ...(state ? { states: state } : {}),
      ...(before ? { before } : {}),
    });
    return { runs: runs.map(toRunView) };
  });
}

function registerReading(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, waitForEvent, diffOf } = dependencies;
  const { db } = queue.store;
  const runOf = async (request: FastifyRequest) => findRun(db, idParams.parse(request.params).id);

  app.get(apiRoutes.run, async (request) => runDetails(db, await runOf(request)));

  app.get(apiRoutes.events, async (request) => {
    const { after, limit, waitMs } = eventsQuerySchema.parse(request.query);
    const run = await runOf(request);
    // The wait is registered before the read, so that an event between the two is not missed.
    const changed = waitMs > 0 ? waitForEvent(run.id, waitMs) : Promise.resolve();
    let events = await readEvents(db, run.id, { after, limit });
    let current = await findRun(db, run.id);
    if (events.length === 0 && waitMs > 0 && !isSettled(current)) {
      await changed;
      current = await findRun(db, run.id);
      events = await readEvents(db, run.id, { after, limit });
    }
    return { events, ended: isSettled(current) && events.length < limit };
  });

  app.get(apiRoutes.diff, async (request) => diffOf(await runOf(request)));

  app.get(apiRoutes.why, async (request) => {
    const run = await runOf(request);
    const [checkpoint, rollback, events, activity, now, breakers] = await Promise.all([
      latestCheckpoint(db, run.id),
      findRollback(db, run.id),
      readEvents(db, run.id, { after: 0, limit: 10_000 }),
      runActivity(db, run.id),
      databaseNow(db),
      listBreakers(db),
    ]);
    return explainRun({
      run,
      attempts: checkpoint?.attempts ?? [],
      rollback,
      events,
      activity,
      breakers: breakers.map(({ breaker }) => breaker),
      now,
    });
  });
}

function registerActions(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, runChanged, rollback } = dependencies;
  const runOf = async (request: FastifyRequest) => findRun(queue.store.db, idParams.parse(request.params).id);

  app.post(apiRoutes.approve, async (request) => {
    const body = approveRequestSchema.parse(request.body);
    const { id } = await runOf(request);
    const approved = 'planHash' in body ? { planHash: body.planHash } : { commit: body.unverifiedCommit };
    const run = await resumeRun(queue, { runId: id, by: body.by, approved });
    runChanged(run);
    return { run: toRunView(run) };
  });

  app.post(apiRoutes.cancel, async (request) => {
    const { by, reason } = cancelRequestSchema.parse(request.body);
    const { id } = await runOf(request);
    const at = (await databaseNow(queue.store.db)).toISOString();
    const run = await requestStop(queue, { runId: id, intent: { mode: 'cancel', by, reason, at } });
    runChanged(run);
    return { run: toRunView(run) };
  });

  app.post(apiRoutes.rollback, async (request) => {
    const body = rollbackRequestSchema.parse(request.body);
    return rollback(await runOf(request), body);
  });
}

/** Nothing more will come by itself: the run ended, or a person has to decide. */
/** Ended, or nothing happens before a person decides. A run that waits for its provider goes on by itself. */
function isSettled({ state, waitReason }: Pick<Run, 'state' | 'waitReason'>): boolean {
  return isTerminal(state) || (state === 'waiting' && !endsByItself(waitReason));
}
