import type { FastifyInstance } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { explainRun } from '../../domain/explain-run.ts';
import type { Run } from '../../domain/run.ts';
import { readEvents } from '../../events/read-events.ts';
import { findRollback } from '../../events/record-rollback.ts';
import { submitRun } from '../../intake/submit-run.ts';
import { requestStop } from '../../queue/request-stop.ts';
import { type Resumption, resumeRun } from '../../queue/resume-run.ts';
import { listBreakers } from '../../store/breakers.ts';
import { latestCheckpoint } from '../../store/checkpoints.ts';
import { databaseNow } from '../../store/database-now.ts';
import { listRuns } from '../../store/list-runs.ts';
import { runActivity } from '../../store/run-activity.ts';
import { findRun } from '../../store/runs.ts';
import { actorName } from '../access/identity.ts';
import {
  type ApproveRequest,
  type EventsQuery,
  type EventsResponse,
  idempotencyHeader,
  idempotencyKeySchema,
} from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { toEventView } from '../event-view.ts';
import { isSettled } from '../is-settled.ts';
import { approveRun, cancelRun, rollbackRun } from '../operations/decisions.ts';
import { listEvents } from '../operations/events.ts';
import { implement } from '../operations/implement.ts';
import {
  createRun,
  explainRun as explainRunOperation,
  getRun,
  listRuns as listRunsOperation,
} from '../operations/runs.ts';
import { getDiff } from '../operations/work.ts';
import { runDetails } from '../run-details.ts';
import { toRunView } from '../run-view.ts';

export function registerRunRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  registerCollection(app, dependencies);
  registerReading(app, dependencies);
  registerActions(app, dependencies);
}

function registerCollection(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, maxQueued, accepting, nodeId, runChanged, requireRunnable } = dependencies;

  implement(app, createRun, async ({ body, request, reply }) => {
    if (!accepting()) throw runyardError('api.shutting-down', { node: nodeId, retryAfterSeconds: 10 });
    const header = idempotencyKeySchema.optional().parse(request.headers[idempotencyHeader]);
    const idempotencyKey = body.idempotencyKey ?? header ?? null;
    const by = body.by ?? actorName(request);
    const warnings = await requireRunnable(body.spec);
    const submitted = { spec: body.spec, idempotencyKey, by, maxQueued, warnings };
    const { run, created } = await submitRun(queue, submitted);
    runChanged(run);
    void reply.status(created ? 201 : 200);
    return { run: toRunView(run) };
  });

  implement(app, listRunsOperation, async ({ query: { state, since, until, limit, ...filters } }) => {
    const found = await listRuns(queue.store.db, {
      ...filters,
      states: state,
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
      // One more than asked for tells whether there is another page.
      limit: limit + 1,
    });
    const runs = found.slice(0, limit);
    return { runs: runs.map(toRunView), next: found.length > limit ? (runs.at(-1)?.id ?? null) : null };
  });
}

function registerReading(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, diffOf } = dependencies;
  const { db } = queue.store;

  implement(app, getRun, async ({ params }) => runDetails(db, await findRun(db, params.id)));
  implement(app, listEvents, async ({ params, query }) =>
    eventsAfter(dependencies, await findRun(db, params.id), query),
  );
  implement(app, getDiff, async ({ params, query }) => diffOf(await findRun(db, params.id), query.attempt));

  implement(app, explainRunOperation, async ({ params }) => {
    const run = await findRun(db, params.id);
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

async function eventsAfter(
  { queue, waitForEvent }: ApiDependencies,
  run: Run,
  { after, limit, waitMs }: EventsQuery,
): Promise<EventsResponse> {
  const { db } = queue.store;
  // The wait is registered before the read, so that an event between the two is not missed.
  const changed = waitMs > 0 ? waitForEvent(run.id, waitMs) : null;
  let events = await readEvents(db, run.id, { after, limit });
  let current = await findRun(db, run.id);
  if (events.length === 0 && waitMs > 0 && !isSettled(current)) {
    await changed;
    current = await findRun(db, run.id);
    events = await readEvents(db, run.id, { after, limit });
  }
  return { events: events.map(toEventView), ended: isSettled(current) && events.length < limit };
}

function registerActions(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, runChanged, rollback, redact } = dependencies;
  const { db } = queue.store;

  implement(app, approveRun, async ({ params, body, request }) => {
    const { id } = await findRun(db, params.id);
    const approved = approvedBy(body);
    const by = body.by ?? actorName(request);
    const run = await resumeRun(queue, { runId: id, by, approved, redact });
    runChanged(run);
    return { run: toRunView(run) };
  });

  implement(app, cancelRun, async ({ params, body, request }) => {
    const { by = actorName(request), reason } = body;
    const { id } = await findRun(db, params.id);
    const at = (await databaseNow(db)).toISOString();
    const run = await requestStop(queue, { runId: id, intent: { mode: 'cancel', by, reason, at } });
    runChanged(run);
    return { run: toRunView(run) };
  });

  implement(app, rollbackRun, async ({ params, body: { mode, by }, request }) =>
    rollback(await findRun(db, params.id), { mode, by: by ?? actorName(request) }),
  );
}

function approvedBy(body: ApproveRequest): Resumption['approved'] {
  if ('planHash' in body) return { planHash: body.planHash };
  if ('attempt' in body) return { attempt: body.attempt, answer: body.answer ?? '' };
  return { commit: body.unverifiedCommit };
}
