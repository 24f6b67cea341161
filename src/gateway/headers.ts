import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from './call.ts';
import type { WireProtocol } from './protocol/types.ts';
import type { Provider } from './types.ts';

const passedOn =
  /^(?:accept|content-type|user-agent|openai-beta|anthropic-(?!dangerous-direct).*|x-stainless-.*)$/;

/** Nothing about the connection, the body's form, cookies or the account the key belongs to. */
const keptBack =
  /^(?:connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|content-length|content-encoding|set-cookie|alt-svc|server|via|cf-.*|(?:anthropic|openai)-organization(?:-id)?|openai-project)$/;

const ANTHROPIC_VERSION = '2023-06-01';

/** What goes to the provider: the few headers that mean something to it, and its own key in place of the token. */
export function requestHeaders(
  incoming: IncomingHttpHeaders,
  provider: Provider,
  protocol: WireProtocol,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(protocol.name === 'anthropic' && { 'anthropic-version': ANTHROPIC_VERSION }),
  };
  for (const [name, value] of Object.entries(incoming)) {
    if (typeof value === 'string' && passedOn.test(name)) headers[name] = value;
  }
  // The answer is read on its way; compressed bytes could not be.
  headers['accept-encoding'] = 'identity';
  return provider.apiKey === null ? headers : { ...headers, ...protocol.authHeaders(provider.apiKey) };
}

export function responseHeaders(
  incoming: IncomingHttpHeaders,
  call: Call,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'x-runyard-call': call.id };
  for (const [name, value] of Object.entries(incoming)) {
    if (value !== undefined && !keptBack.test(name)) headers[name] = value;
  }
  return headers;
}

/** The gateway token, wherever the client's protocol puts keys. */
export function tokenIn(headers: IncomingHttpHeaders): string | null {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
