import type { FastifyInstance } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { submitRun } from '../../intake/submit-run.ts';
import { actorName } from '../access/identity.ts';
import { idempotencyHeader, idempotencyKeySchema } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { submitTicket } from '../operations/tickets.ts';
import { toRunView } from '../run-view.ts';

export function registerTicketRoute(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, maxQueued, accepting, nodeId, runChanged, requireRunnable, specOf } = dependencies;
  implement(app, submitTicket, async ({ body, request, reply }) => {
    if (!accepting()) throw runyardError('api.shutting-down', { node: nodeId, retryAfterSeconds: 10 });
    const header = idempotencyKeySchema.optional().parse(request.headers[idempotencyHeader]);
    const idempotencyKey = body.idempotencyKey ?? header ?? null;
    const spec = specOf(body);
    const warnings = await requireRunnable(spec);
    const by = body.by ?? actorName(request);
    const { run, created } = await submitRun(queue, { spec, idempotencyKey, by, maxQueued, warnings });
    runChanged(run);
    void reply.status(created ? 201 : 200);
    return { run: toRunView(run) };
  });
}
