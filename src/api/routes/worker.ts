import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isArtifactName } from '../../artifacts/file-artifacts.ts';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { type NewEvent, parseNewEvent } from '../../domain/events.ts';
import type { Run } from '../../domain/run.ts';
import { appendWorkerEvents, type WorkerEvents } from '../../events/append-worker-events.ts';
import { offerLessons } from '../../lessons/offer.ts';
import {
  checkpointRequestSchema,
  deliverRequestSchema,
  eventsRequestSchema,
  gatewayTokenRequestSchema,
  heartbeatRequestSchema,
  lessonsRequestSchema,
  settleRequestSchema,
  workerPaths,
} from '../../protocol/worker.ts';
import { heartbeatRun } from '../../queue/heartbeat-run.ts';
import { saveCheckpoint } from '../../store/checkpoints.ts';
import { findRun } from '../../store/runs.ts';
import { requireWorker } from '../authenticate.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { learn } from '../learn.ts';
import { reportAttempts } from '../report-attempts.ts';
import { settle } from '../settle.ts';
import type { WorkerClaims } from '../worker-token.ts';

const nameParams = z.object({ name: z.string().refine(isArtifactName, 'not an artifact name') });

/** A worker's body is ours: refused for its size, the work of a whole run would be lost. Dozens of attempts fit, each with its verdict. */
const LARGEST_CHECKPOINT_BYTES = 32 * 1024 * 1024;

/** The control plane's side of the worker protocol (src/protocol/worker.ts). Every route is fenced by the token's epoch. */
export function registerWorkerRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  app.register(async (routes) => {
    routes.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    registerLife(routes, dependencies);
    registerWork(routes, dependencies);
    registerArtifacts(routes, dependencies);
  });
}

function registerLife(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, leaseMs, assignmentOf, runChanged } = dependencies;

  app.get(workerPaths.assignment, async (request) => {
    const { claims, run } = await owned(dependencies, request);
    return assignmentOf(run, claims.workerId);
  });

  app.post(workerPaths.heartbeat, async (request) => {
    const { runId, epoch } = requireWorker(request, dependencies.signingKey);
    const { stage, attempt, activity } = heartbeatRequestSchema.parse(request.body);
    return heartbeatRun(queue, { runId, epoch, leaseMs, stage, attempt, activity });
  });

  app.post(workerPaths.settle, async (request, reply) => {
    const { claims, run } = await owned(dependencies, request);
    const { events, ...body } = settleRequestSchema.parse(request.body);
    const settlement = { run, epoch: claims.epoch, request: body, events: workerEventsOf(events) };
    const settled = await settle(dependencies, settlement);
    runChanged(settled);
    await learn(dependencies, settled, 'attempts' in body ? body.attempts : 0);
    await reportAttempts(dependencies, settlement.events);
    return reply.status(204).send();
  });
}

function registerWork(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, issueGatewayToken, deliver } = dependencies;
  const { db } = queue.store;

  app.post(workerPaths.events, async (request, reply) => {
    const { runId, epoch } = requireWorker(request, dependencies.signingKey);
    const { events } = eventsRequestSchema.parse(request.body);
    const parsed = workerEventsOf(events);
    await db.transaction().execute((tx) => appendWorkerEvents(tx, { runId, epoch, events: parsed }));
    await reportAttempts(dependencies, parsed);
    return reply.status(204).send();
  });

  const large = {
    bodyLimit: LARGEST_CHECKPOINT_BYTES,
    // Before the body is read: only a worker may send that much.
    onRequest: async (request: FastifyRequest) => void requireWorker(request, dependencies.signingKey),
  };
  app.post(workerPaths.checkpoint, large, async (request, reply) => {
    const { runId, epoch } = requireWorker(request, dependencies.signingKey);
    const { checkpoint } = checkpointRequestSchema.parse(request.body);
    await saveCheckpoint(db, { runId, epoch, checkpoint });
    return reply.status(204).send();
  });

  app.post(workerPaths.gatewayToken, async (request) => {
    const { run } = await owned(dependencies, request);
    return { token: issueGatewayToken({ run, ...gatewayTokenRequestSchema.parse(request.body) }) };
  });

  app.post(workerPaths.lessons, async (request) => {
    const { run } = await owned(dependencies, request);
    const { attempt, problems } = lessonsRequestSchema.parse(request.body);
    const asked = { id: run.id, repository: run.spec.repository };
    const { lessons: settings, onUnexpected } = dependencies;
    const onError = (error: unknown, ended: string) => onUnexpected(error, `learning from run ${ended}`);
    return { lessons: await offerLessons(db, { run: asked, attempt, problems, settings, onError }) };
  });

  app.post(workerPaths.deliver, async (request) => {
    const { run } = await owned(dependencies, request);
    return { delivery: await deliver({ run, ...deliverRequestSchema.parse(request.body) }) };
  });
}

function registerArtifacts(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { artifacts } = dependencies;
  const path = `${workerPaths.artifacts}/:name`;

  app.put(path, async (request) => {
    const { run } = await owned(dependencies, request);
    const { name } = nameParams.parse(request.params);
    if (!(request.body instanceof Readable)) {
      throw runyardError('api.invalid-request', {
        problems: ['an artifact is sent as application/octet-stream'],
      });
    }
    // A worker may lose its run while it sends.
    return artifacts.put({ runId: run.id, name }, request.body, () => owned(dependencies, request));
  });

  app.get(path, async (request, reply) => {
    const { run } = await owned(dependencies, request);
    const { name } = nameParams.parse(request.params);
    const file = await artifacts.find(run.id, name);
    if (!file) throw runyardError('api.not-found', { route: `artifact ${name}` });
    return reply.type('application/octet-stream').send(artifacts.read(file));
  });
}

/** What a worker may tell; the state of a run and what people decide are written by the control plane alone. */
const workerEvents =
  /^(?:workspace|stage|attempt|agent|check|verdict|verification|autofix|review|snapshot|lessons)\.|^plan\.proposed$|^run\.warning$/;

function workerEventsOf(events: z.infer<typeof eventsRequestSchema>['events']): WorkerEvents['events'] {
  const now = Date.now();
  return events.map(({ seq, type, data, at }) => ({
    workerSeq: seq,
    ageMs: Math.min(LONGEST_AGE_MS, Math.max(0, now - Date.parse(at) || 0)),
    event: parseWorkerEvent(type, data),
  }));
}

/** A worker collects its events for a moment; a clock that is further off is not believed. */
const LONGEST_AGE_MS = 5_000;

function parseWorkerEvent(type: string, data: unknown): NewEvent {
  if (workerEvents.test(type)) return parseNewEvent(type, data);
  throw runyardError('api.invalid-request', { problems: [`a worker may not write the event ${type}`] });
}

/** The worker's run, if it still owns it. */
async function owned(
  { queue, signingKey }: ApiDependencies,
  request: FastifyRequest,
): Promise<{ claims: WorkerClaims; run: Run }> {
  const claims = requireWorker(request, signingKey);
  const run = await findRun(queue.store.db, claims.runId);
  if (run.state !== 'running' || run.epoch !== claims.epoch) {
    throw runyardError('run.stale-owner', { run: run.id, epoch: claims.epoch });
  }
  return { claims, run };
}
