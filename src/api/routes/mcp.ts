import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { McpOverHttp } from '../mcp/http.ts';

export const mcpPath = '/mcp';
const LARGEST_BODY_BYTES = 1024 * 1024;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** MCP over Streamable HTTP. A viewer may connect; what a tool may do is decided by the operation it asks for. Loaded with the first request. */
export function registerMcpRoute(
  app: FastifyInstance,
  { version, onUnexpected, access }: Pick<ApiDependencies, 'version' | 'onUnexpected' | 'access'>,
): void {
  const names = new Set([...loopback, ...(access?.publicUrl ? [hostnameOf(access.publicUrl)] : [])]);
  app.register(async (scope) => {
    // The protocol says itself what is wrong with a message.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    let loading: Promise<McpOverHttp> | null = null;
    const load = async () =>
      (await import('../mcp/http.ts')).createMcpOverHttp(scope, { version, onUnexpected });
    scope.addHook('preClose', async () => (await loading?.catch(() => null))?.close());
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: mcpPath,
      bodyLimit: LARGEST_BODY_BYTES,
      config: { access: 'viewer' },
      onRequest: async (request) => refuseRebinding(request, names),
      handler: async (request, reply) => {
        refuseSession(request);
        loading ??= load().catch((error: unknown) => {
          // What kept it from being loaded may be over by the next request.
          loading = null;
          throw error;
        });
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        return (await loading).answer(request, gone.signal);
      },
    });
  });
}

/** Tools ask the API with the token of the request, and a session has none: they would ask as nobody. */
function refuseSession({ identity }: FastifyRequest): void {
  if (identity?.kind === 'session') throw runyardError('api.token-needed', { route: mcpPath });
}

/**
 * A page of another site that gave its name the address of this server (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning).
 * A name that only this machine gives out, the one it was configured to have, or the very address that was connected to, cannot be such a name.
 */
function refuseRebinding({ headers, raw }: FastifyRequest, names: ReadonlySet<string>): void {
  const { origin, host = '' } = headers;
  const local = raw.socket.localAddress ?? '';
  const address = local.replace(/^::ffff:/, '');
  const own = new Set([...names, address.includes(':') ? `[${address}]` : address]);
  if (origin !== undefined && !own.has(hostnameOf(origin)))
    throw runyardError('api.foreign-origin', { header: 'Origin', value: origin.slice(0, 200) });
  const isLoopback = address === '::1' || address.startsWith('127.');
  if (isLoopback && !own.has(hostnameOf(`http://${host}`)))
    throw runyardError('api.foreign-origin', { header: 'Host', value: host.slice(0, 200) });
}

/** Empty: it is none. */
function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
