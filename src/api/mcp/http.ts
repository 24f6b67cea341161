import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { type ApiClient, createApiClient, type McpBackend } from '../client.ts';
import { createMcpServer } from './create-mcp-server.ts';
import { createWaits, type Waits } from './waits.ts';

export interface McpOverHttp {
  /** `gone` aborts when nobody reads the answer any more. */
  answer(request: FastifyRequest, gone: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

export interface McpOverHttpOptions {
  readonly version: string;
  readonly onUnexpected: (error: unknown, during: string) => void;
}

/** For those that wait for a run to hear how it stands. */
const LAST_ANSWER_MS = 1_000;
/** Streams of clients that wait for news; each costs a connection. */
const MOST_SUBSCRIPTIONS = 64;

/**
 * MCP over Streamable HTTP without sessions: every request is answered by a server of its own, so that there is nothing to keep, to expire or to
 * take over, and any node may answer. Tools ask the API of this process as whoever sent the request, with the same token: what a role may do is
 * decided, limited and recorded in one place.
 */
export function createMcpOverHttp(
  app: FastifyInstance,
  { version, onUnexpected }: McpOverHttpOptions,
): McpOverHttp {
  const ending = new AbortController();
  const open = new Set<AbortSignal>();
  const waits = createWaits();
  const handler = createMcpHandler(
    ({ authInfo }) =>
      createMcpServer(
        backendOf(app, askerSchema.parse({ token: authInfo?.token, ...authInfo?.extra }), {
          version,
          ending: ending.signal,
          waits,
        }),
        version,
      ),
    {
      maxSubscriptions: MOST_SUBSCRIPTIONS,
      onerror: (error) => onUnexpected(error, 'MCP over HTTP'),
    },
  );
  return {
    answer(request, gone) {
      open.add(gone);
      gone.addEventListener('abort', () => open.delete(gone), { once: true });
      return handler.fetch(toWebRequest(request, gone), { authInfo: askerOf(request) });
    },
    async close() {
      ending.abort();
      const answered = Promise.all([...open].map((gone) => once(gone, 'abort')));
      await Promise.race([answered, delay(LAST_ANSWER_MS, undefined, { ref: false })]);
      await handler.close();
    },
  };
}

/** Who sent a request, as the API will see it; the way through the SDK is its `AuthInfo`. */
const askerSchema = z.object({ token: z.string(), address: z.string(), userAgent: z.string() });

function askerOf({ headers, ip }: FastifyRequest): AuthInfo {
  const token = (headers.authorization ?? '').replace(/^Bearer /i, '');
  const extra = { address: ip, userAgent: headers['user-agent'] ?? '' };
  return { token, clientId: 'api', scopes: [], extra };
}

function backendOf(
  app: FastifyInstance,
  { token: own, address, userAgent }: z.infer<typeof askerSchema>,
  { version, ending, waits }: { version: string; ending: AbortSignal; waits: Waits },
): McpBackend {
  const api: ApiClient = createApiClient({
    url: 'http://localhost',
    token: own,
    client: 'mcp',
    async exchange({ method, path, body, token, userAgent: client }) {
      const { statusCode, payload } = await app.inject({
        method,
        url: path,
        remoteAddress: address,
        headers: {
          authorization: `Bearer ${token}`,
          // Of the client too, for the audit log.
          'user-agent': `${client}/${version} ${userAgent}`.trim(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: statusCode, body: payload };
    },
  });
  const ask = <T>(work: (client: ApiClient) => Promise<T>) => work(api);
  return {
    read: ask,
    write: ask,
    wait: (work) => waits.run(own, work),
    by: undefined,
    ending,
    repositoryOf: requireAbsolute,
  };
}

/** A relative path would mean the folder the server happens to run in. */
function requireAbsolute(written: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) || /^[^/:\s]+@[^/:\s]+:/.test(written);
  if (isUrl || written.startsWith('/')) return written;
  const problem = `repository: "${written}" is neither a URL nor an absolute path on the server`;
  throw runyardError('api.invalid-request', { problems: [problem] });
}

function toWebRequest({ method, url, headers, body }: FastifyRequest, signal: AbortSignal): Request {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: pairs,
    signal,
    ...(Buffer.isBuffer(body) ? { body: new Uint8Array(body) } : {}),
  });
}
