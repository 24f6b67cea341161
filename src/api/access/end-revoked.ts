import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mayAct } from '../../domain/role.ts';
import { SEEN_AFTER_MS } from './settings.ts';

/**
 * Cuts answers that are still being given, such as a stream of events, once whoever asked may not have them any more. The owner of the
 * machine is never cut off.
 */
export function endRevoked(app: FastifyInstance): void {
  const open = new Map<FastifyRequest, FastifyReply>();
  app.addHook('onRequest', async (request, reply) => {
    const { identity } = request;
    if (!identity || identity.kind === 'owner') return;
    open.set(request, reply);
    // Also when the client leaves before the answer is complete, which onResponse does not tell.
    reply.raw.once('close', () => open.delete(request));
  });
  app.addHook('onResponse', async (request) => void open.delete(request));
  const timer = setInterval(() => void endThoseOf(app, open), SEEN_AFTER_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

async function endThoseOf(
  app: FastifyInstance,
  open: ReadonlyMap<FastifyRequest, FastifyReply>,
): Promise<void> {
  for (const [request, reply] of open) {
    const { access } = request.routeOptions.config;
    if (access === undefined || access === 'public') continue;
    try {
      const identity = await app.access.identify(request);
      if (!identity || !mayAct(identity.role, access)) reply.raw.destroy();
    } catch {
      // The database is away; it is asked again soon, and until then nothing new is given either.
      return;
    }
  }
}
