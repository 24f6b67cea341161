import type { IncomingMessage } from 'node:http';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { BodyLease } from './body-budget.ts';

/** Room for a million tokens of text with images. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;
/** An agent is on this machine or near it: a body that takes longer only keeps others from being read. */
const LONGEST_READ_MS = 60_000;

/** The whole body. Throws `gateway.invalid-request` when it is too large and `gateway.busy`; the answer can still be sent then. */
export async function readBytes(request: IncomingMessage, lease: BodyLease): Promise<Buffer> {
  const timer = setTimeout(() => request.destroy(), LONGEST_READ_MS);
  try {
    admit(Number(request.headers['content-length'] ?? 0), lease);
    return await collect(request, lease);
  } catch (error) {
    // The rest is read and thrown away: agents look for the answer only when all is sent.
    request.resume();
    request.once('close', () => clearTimeout(timer));
    throw error;
  } finally {
    if (request.complete) clearTimeout(timer);
  }
}

async function collect(request: IncomingMessage, lease: BodyLease): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Ending the loop early must not destroy the connection.
  const pieces: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of pieces) {
    size += chunk.length;
    admit(size, lease);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function admit(bytes: number, lease: BodyLease): void {
  if (bytes > LARGEST_BODY_BYTES) {
    throw runyardError('gateway.invalid-request', {
      problem: `The body is larger than ${LARGEST_BODY_BYTES} bytes.`,
    });
  }
  lease.grow(bytes);
}
