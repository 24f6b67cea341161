import type { FastifyInstance } from 'fastify';
import type { StreamAllQuery } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FrameFilter } from '../live/frame.ts';
import { type StreamLimits, sendStream, streamLimits } from '../live/send-stream.ts';
import { viewerText } from '../live/viewer.ts';
import { implement } from '../operations/implement.ts';
import { streamAll } from '../operations/stream.ts';

/** Events of all runs and of the system. */
export function registerStream(
  app: FastifyInstance,
  { queue, live }: Pick<ApiDependencies, 'queue' | 'live'>,
  limits: StreamLimits = streamLimits,
): void {
  implement(app, streamAll, async ({ query, request, reply }) => {
    const last = request.headers['last-event-id'];
    const after = (typeof last === 'string' && last !== '' ? last : query.after) ?? null;
    const { heartbeatMs } = limits;
    const text = viewerText({ db: queue.store.db, live, filter: filterOf(query), after, heartbeatMs });
    return sendStream(reply, text, limits);
  });
}

function filterOf({ type, run, repository }: StreamAllQuery): FrameFilter {
  return {
    types: type === undefined ? null : new Set(type),
    runs: run === undefined ? null : new Set(run),
    repository: repository ?? null,
  };
}
