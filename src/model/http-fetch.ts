import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';
import { http } from '../lib/node-http.ts';

/**
 * A `fetch` for model calls: it can go through a unix socket, has no hidden time limits (the global one gives up after 300 s of
 * thinking), and tells of every piece that arrives.
 */
export function httpFetch(socketPath: string | null, onBytes: () => void): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const client = url.protocol === 'https:' ? https : http;
    const outgoing = client.request(url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
      ...(socketPath !== null && { socketPath }),
    });
    // After the headers the error belongs to whoever reads the body; unheard, it would end the process.
    outgoing.on('error', () => undefined);
    outgoing.end(Buffer.from(await request.arrayBuffer()));
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    incoming.on('data', onBytes);
    return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, {
      status: incoming.statusCode ?? 502,
      headers: headersOf(incoming),
    });
  };
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  }
  return headers;
}
