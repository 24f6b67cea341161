import { createMcpHandler } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { type ApiClient, createApiClient, type McpBackend } from '../client.ts';
import { createMcpServer } from './create-mcp-server.ts';

export interface McpOverHttp {
  answer(request: FastifyRequest): Promise<Response>;
  close(): Promise<void>;
}

export interface McpOverHttpOptions {
  readonly version: string;
  readonly onUnexpected: (error: unknown, during: string) => void;
}

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
  const asked = new WeakMap<Request, FastifyRequest>();
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      const request = requestInfo && asked.get(requestInfo);
      if (!request) throw new Error('An MCP server was asked for without a request.');
      return createMcpServer(backendOf(app, request), version);
    },
    {
      maxSubscriptions: MOST_SUBSCRIPTIONS,
      onerror: (error) => onUnexpected(error, 'MCP over HTTP'),
    },
  );
  return {
    async answer(request) {
      const web = toWebRequest(request);
      asked.set(web, request);
      return handler.fetch(web);
    },
    close: () => handler.close(),
  };
}

function backendOf(app: FastifyInstance, { headers, ip }: FastifyRequest): McpBackend {
  const { authorization = '' } = headers;
  const api: ApiClient = createApiClient({
    url: 'http://localhost',
    token: authorization.replace(/^Bearer /i, ''),
    async exchange({ method, path, body, token }) {
      const { statusCode, payload } = await app.inject({
        method,
        url: path,
        remoteAddress: ip,
        headers: {
          authorization: `Bearer ${token}`,
          'user-agent': headers['user-agent'] ?? '',
          'x-runyard-via': 'mcp',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: statusCode, body: payload };
    },
  });
  const ask = <T>(work: (client: ApiClient) => Promise<T>) => work(api);
  return { read: ask, write: ask, by: 'mcp', repositoryOf: requireAbsolute };
}

/** A relative path would mean the folder the server happens to run in. */
function requireAbsolute(written: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) || /^[^/:\s]+@[^/:\s]+:/.test(written);
  if (isUrl || written.startsWith('/')) return written;
  const problem = `repository: "${written}" is neither a URL nor an absolute path on the server`;
  throw runyardError('api.invalid-request', { problems: [problem] });
}

/** The request as the web has it; its signal aborts when the client goes away. */
function toWebRequest({ method, url, headers, body, raw }: FastifyRequest): Request {
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort());
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: pairs,
    signal: gone.signal,
    ...(Buffer.isBuffer(body) ? { body: new Uint8Array(body) } : {}),
  });
}
