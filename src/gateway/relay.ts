import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CallUsage } from '../domain/model-call.ts';
import type { Call } from './call.ts';
import type { Failure } from './classify-failure.ts';
import type { Opened } from './forward.ts';
import { responseHeaders } from './headers.ts';
import type { OpenStream } from './open-stream.ts';

/** How an answer ended on its way to the agent. */
export interface Relayed {
  readonly failure: Failure | null;
  /** What the provider counted, as far as it said. */
  readonly usage: CallUsage | null;
  /** Ends the response; called when the call is recorded. */
  finish(): void;
}

export async function relay(opened: Opened, call: Call, response: ServerResponse): Promise<Relayed> {
  const headers = responseHeaders(opened.headers, call);
  if (opened.kind === 'stream') {
    response.writeHead(200, headers);
    return relayStream(opened.stream, call, response);
  }
  const { bytes, json } = opened;
  return {
    failure: null,
    usage: call.kind === 'message' ? call.protocol.usageOf(json) : null,
    finish() {
      response.writeHead(200, { ...headers, 'content-length': bytes.length });
      response.end(bytes);
    },
  };
}

/** Passes each piece on as it comes, no faster than the agent reads. */
async function relayStream(stream: OpenStream, call: Call, response: ServerResponse): Promise<Relayed> {
  const failure = await pump(stream, call, response);
  stream.close();
  if (failure && !stream.failure() && !response.destroyed) response.write(call.protocol.errorEvent(failure));
  return { failure, usage: stream.reader.usage(), finish: () => response.end() };
}

async function pump(stream: OpenStream, call: Call, response: ServerResponse): Promise<Failure | null> {
  await write(response, stream.begun, call.signal);
  for (;;) {
    const piece = await stream.next();
    if (!piece.ok) return piece.error;
    if (piece.value === null) return stream.failure() ?? endOf(stream, call);
    await write(response, piece.value, call.signal);
  }
}

function endOf(stream: OpenStream, call: Call): Failure | null {
  if (stream.reader.finished()) return null;
  const detail = 'The stream ended without its closing event.';
  const error = runyardError('gateway.stream-cut', { provider: call.provider.name, detail });
  return { error, status: 502, words: null, transient: true, retryAfterMs: null };
}

async function write(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (bytes.length === 0 || response.destroyed || response.write(bytes)) return;
  // An abort shows in the next read from the provider.
  await once(response, 'drain', { signal }).catch(() => undefined);
}
