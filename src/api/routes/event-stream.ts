import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RunEvent } from '../../domain/events.ts';
import { readEvents } from '../../events/read-events.ts';
import { findRun } from '../../store/runs.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { toEventView } from '../event-view.ts';
import { isSettled } from '../is-settled.ts';
import { type StreamLimits, sendStream, streamLimits } from '../live/send-stream.ts';
import { createViewerCount, type ViewerCount } from '../live/viewer-count.ts';
import { streamEvents } from '../operations/events.ts';
import { implement } from '../operations/implement.ts';

const PAGE = 100;
const RECONNECT_MS = 1_000;

type Dependencies = Pick<ApiDependencies, 'queue' | 'waitForEvent'>;

/**
 * Events of a run as server-sent events (HTML Living Standard, section 9.2): `id` is the sequence number, so a browser that reconnects goes
 * on where it was (Last-Event-ID). Nothing is read from the database before the reader has taken what came before, so one that never reads
 * costs a page of events and is dropped.
 */
export function registerEventStream(
  app: FastifyInstance,
  { viewers = createViewerCount(), ...dependencies }: Dependencies & { readonly viewers?: ViewerCount },
  limits: StreamLimits = streamLimits,
): void {
  implement(app, streamEvents, async ({ params, query, request, reply }) => {
    viewers.take(request, reply);
    const { id } = await findRun(dependencies.queue.store.db, params.id);
    const after = lastEventId(request) ?? query.after;
    const { heartbeatMs } = limits;
    const reading = { runId: id, after, types: query.type, heartbeatMs };
    return sendStream(reply, (gone) => frames(dependencies, { ...reading, gone }), limits);
  });
}

function lastEventId({ headers }: FastifyRequest): number | null {
  const text = headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

interface Reading {
  readonly runId: string;
  readonly after: number;
  /** Only these kinds. */
  readonly types: readonly string[] | undefined;
  readonly heartbeatMs: number;
  readonly gone: AbortSignal;
}

async function* frames(
  { queue, waitForEvent }: Dependencies,
  { runId, after: start, types, heartbeatMs, gone }: Reading,
): AsyncGenerator<string> {
  const { db } = queue.store;
  const left = new Promise<'closing'>((resolve) => {
    gone.addEventListener('abort', () => resolve('closing'), { once: true });
  });
  let after = start;
  yield `retry: ${RECONNECT_MS}\n\n`;
  for (;;) {
    // Registered before the read, so that an event between the two is not missed.
    const changed = waitForEvent(runId, heartbeatMs);
    const run = await findRun(db, runId);
    const events = await readEvents(db, runId, { after, limit: PAGE });
    after = events.at(-1)?.seq ?? after;
    const wanted = types === undefined ? events : events.filter(({ type }) => types.includes(type));
    // Also when it wants none of them: between two pieces a reader that left, stalls or was here for too long is let go.
    if (events.length > 0) {
      yield wanted.length > 0 ? wanted.map(frameOf).join('') : `id: ${after}\n\n`;
      continue;
    }
    if (isSettled(run)) {
      yield `event: end\nid: ${after}\ndata: ${JSON.stringify({ state: run.state })}\n\n`;
      return;
    }
    if ((await Promise.race([changed, left])) === 'closing') return;
    yield ': still here\n\n';
  }
}

function frameOf(event: RunEvent): string {
  // JSON has no line breaks of its own, so one data line holds it.
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(toEventView(event))}\n\n`;
}
