import type { FastifyReply, FastifyRequest } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';

/**
 * How many read a stream of this node at once: each costs a connection and can have the log read. Entry: `take`, before anything is read for
 * it. Exit: the end of its answer, whoever ends it.
 */
export interface ViewerCount {
  take(request: FastifyRequest, reply: FastifyReply): void;
}

export interface ViewerLimits {
  readonly ofNode: number;
  /** Of one token or session. The owner of the machine has no such limit. */
  readonly ofOne: number;
}

const LIMITS: ViewerLimits = { ofNode: 2_000, ofOne: 100 };
const BACK_IN_SECONDS = 10;

export function createViewerCount({ ofNode, ofOne }: ViewerLimits = LIMITS): ViewerCount {
  const counts = new Map<string, number>();
  let all = 0;
  return {
    take({ identity }, reply) {
      const who = identity && identity.kind !== 'owner' ? `${identity.kind}:${identity.id}` : null;
      const own = who === null ? 0 : (counts.get(who) ?? 0);
      if (all >= ofNode || own >= ofOne)
        throw runyardError('api.too-many-viewers', {
          ...(own >= ofOne
            ? { whose: 'of your token or session', limit: ofOne }
            : { whose: 'of this node', limit: ofNode }),
          retryAfterSeconds: BACK_IN_SECONDS,
        });
      all += 1;
      if (who !== null) counts.set(who, own + 1);
      reply.raw.once('close', () => {
        all -= 1;
        if (who === null) return;
        const left = (counts.get(who) ?? 0) - 1;
        if (left > 0) counts.set(who, left);
        else counts.delete(who);
      });
    },
  };
}
