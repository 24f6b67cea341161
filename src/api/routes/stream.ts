import type { FastifyInstance } from 'fastify';
import type { StreamAllQuery } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FrameFilter } from '../live/frame.ts';
import { type StreamLimits, sendStream, streamLimits } from '../live/send-stream.ts';
import { viewerText } from '../live/viewer.ts';
import { createViewerCount, type ViewerCount } from '../live/viewer-count.ts';
import { implement } from '../operations/implement.ts';
import { streamAll } from '../operations/stream.ts';

type StreamDependencies = Pick<ApiDependencies, 'queue' | 'live'> & { readonly viewers?: ViewerCount };

/** Events of all runs and of the system. */
export function registerStream(
  app: FastifyInstance,
  { queue, live, viewers = createViewerCount() }: StreamDependencies,
  limits: StreamLimits = streamLimits,
): void {
  implement(app, streamAll, async ({ query, request, reply }) => {
    viewers.take(request, reply);
    const last = request.headers['last-event-id'];
    const after = (typeof last === 'string' && last !== '' ? last : query.after) ?? null;
    const { heartbeatMs, farthestBack } = limits;
    const viewer = { db: queue.store.db, live, filter: filterOf(query), after, heartbeatMs, farthestBack };
    return sendStream(reply, (gone) => viewerText({ ...viewer, gone }), limits);
  });
}

function filterOf({ type, run, repository }: StreamAllQuery): FrameFilter {
  return {
    types: type === undefined ? null : new Set(type),
    runs: run === undefined ? null : new Set(run),
    repository: repository ?? null,
  };
}
