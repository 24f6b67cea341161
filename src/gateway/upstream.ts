import { once } from 'node:events';
import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { http } from '../lib/node-http.ts';
import { err, ok, type Result } from '../lib/result.ts';

export interface UpstreamRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Until the status line; null: nothing but the signal limits it. */
  readonly headersMs: number | null;
  readonly idleMs: number;
  /** Aborting ends the exchange wherever it is. */
  readonly signal: AbortSignal;
}

/** Why there is no answer, or no more of it. */
export type Fault =
  | { readonly kind: 'unreachable'; readonly detail: string; readonly cause: unknown }
  | { readonly kind: 'cut'; readonly detail: string; readonly cause: unknown }
  | { readonly kind: 'timeout'; readonly limit: 'first-byte' | 'idle'; readonly limitMs: number }
  | { readonly kind: 'aborted' };

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next piece; null at a proper end. Each waits at most `idleMs`. */
  next(): Promise<Result<Buffer | null, Fault>>;
  /** Gives the connection up. */
  close(): void;
}

export interface Upstream {
  exchange(request: UpstreamRequest): Promise<Result<UpstreamAnswer, Fault>>;
  close(): void;
}

/** HTTP to providers over kept connections. Nothing in it knows a protocol. */
export function createUpstream(
  proxyEnvironment: Readonly<Record<string, string | undefined>> = {},
): Upstream {
  const options = { keepAlive: true, proxyEnv: proxyEnvironment };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    exchange: (request) =>
      exchange(request, request.url.protocol === 'http:' ? agents['http:'] : agents['https:']),
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

async function exchange(
  request: UpstreamRequest,
  agent: Agent | https.Agent,
): Promise<Result<UpstreamAnswer, Fault>> {
  const { url, method, headers, body, signal, headersMs } = request;
  if (signal.aborted) return err({ kind: 'aborted' });
  const client = url.protocol === 'http:' ? http : https;
  const outgoing = client.request(url, { method, headers, agent, signal });
  let timedOut = false;
  const timer =
    headersMs === null
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          outgoing.destroy();
        }, headersMs);
  // The error after the headers belongs to whoever reads the body; without a listener it would end the process.
  outgoing.on('error', () => undefined);
  try {
    outgoing.end(body ?? undefined);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return ok(answerOf(incoming, request));
  } catch (error) {
    outgoing.destroy();
    if (signal.aborted) return err({ kind: 'aborted' });
    if (timedOut && headersMs !== null)
      return err({ kind: 'timeout', limit: 'first-byte', limitMs: headersMs });
    return err({
      kind: outgoing.reusedSocket || wasConnected(error) ? 'cut' : 'unreachable',
      ...said(error),
    });
  } finally {
    clearTimeout(timer);
  }
}

function answerOf(incoming: IncomingMessage, { idleMs, signal }: UpstreamRequest): UpstreamAnswer {
  const pieces = incoming[Symbol.asyncIterator]();
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    async next() {
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        incoming.destroy(new Error('idle'));
      }, idleMs);
      try {
        const piece = await pieces.next();
        if (piece.done === true) return ok(null);
        return ok(Buffer.from(piece.value as Uint8Array));
      } catch (error) {
        if (signal.aborted) return err({ kind: 'aborted' });
        if (timedOut) return err({ kind: 'timeout', limit: 'idle', limitMs: idleMs });
        return err({ kind: 'cut', ...said(error) });
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => void incoming.destroy(),
  };
}

/** ECONNRESET and a hang-up come after the connection was made; everything else before. */
function wasConnected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function said(error: unknown): { detail: string; cause: unknown } {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return { detail: detail.includes(code) ? detail : `${code} ${detail}`.trim(), cause: error };
}
