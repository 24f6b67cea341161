import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A reader that takes nothing for so long is not there any more. */
const STALLED_MS = 60_000;

/** Sends text piece by piece: the next one is made when the reader has taken what came before. */
export function streamText(reply: FastifyReply, pieces: AsyncGenerator<string, void, void>): string {
  let timer: NodeJS.Timeout | undefined;
  const stream = Readable.from(watched(), { highWaterMark: 1 });
  stream.once('close', () => clearTimeout(timer));

  async function* watched(): AsyncGenerator<string, void, void> {
    for await (const piece of pieces) {
      timer = setTimeout(() => stream.destroy(new Error('Nobody reads it.')), STALLED_MS);
      yield piece;
      clearTimeout(timer);
    }
  }

  // Fastify sends a stream as it is; to the schema of the operation it is its text.
  return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(stream) as never;
}
