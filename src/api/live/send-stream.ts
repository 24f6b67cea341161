import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export interface StreamLimits {
  readonly heartbeatMs: number;
  /** A reader that takes nothing for so long is not there any more. */
  readonly stalledMs: number;
  /** It ends then, and the reader comes back to where it was: so one whose token was revoked does not see more for long (O8). */
  readonly longestMs: number;
  /** Events that are read again for a reader who comes back; who is further behind is told to look anew. */
  readonly farthestBack: number;
}

export const streamLimits: StreamLimits = {
  heartbeatMs: 15_000,
  stalledMs: 60_000,
  longestMs: 600_000,
  farthestBack: 100_000,
};

/** Sends server-sent events (HTML Living Standard, section 9.2) as the reader takes them, drops one that takes nothing, and tells the source when nobody reads it any more. */
export function sendStream(
  reply: FastifyReply,
  source: (gone: AbortSignal) => AsyncGenerator<string>,
  { stalledMs, longestMs }: StreamLimits,
): never {
  const gone = new AbortController();
  // The stream itself is closed only when its source came to an end, which may wait for something until then.
  reply.raw.once('close', () => gone.abort());
  const stalled = createStallGuard(() => stream.destroy(), stalledMs);
  const stream = Readable.from(stalled.watch(untilOver(source(gone.signal), longestMs)), {
    highWaterMark: 1,
  });
  stream.once('close', stalled.stop);
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(stream) as never;
}

async function* untilOver(source: AsyncGenerator<string>, longestMs: number): AsyncGenerator<string> {
  const startedAt = performance.now();
  for await (const text of source) {
    yield text;
    if (performance.now() - startedAt >= longestMs) return;
  }
}

/** Calls back when a piece was handed over and the next one is not asked for in time. */
function createStallGuard(onStalled: () => void, stalledMs: number) {
  let timer: NodeJS.Timeout | undefined;
  return {
    stop: () => clearTimeout(timer),
    async *watch(source: AsyncGenerator<string>): AsyncGenerator<string> {
      for await (const text of source) {
        timer = setTimeout(onStalled, stalledMs);
        yield text;
        clearTimeout(timer);
      }
    },
  };
}
