import type { IncomingMessage, ServerResponse } from 'node:http';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { newId } from '../lib/ids.ts';
import { type ModelCatalogue, modelLimits } from '../model/catalogue.ts';
import type { BodyBudget, BodyLease } from './body-budget.ts';
import type { Call, CallTools, StopReason } from './call.ts';
import { forward } from './forward.ts';
import { requestHeaders, tokenIn } from './headers.ts';
import { modelCallOf, providerUseOf } from './metering.ts';
import type { CheckOwnership } from './ownership.ts';
import { protocols } from './protocol/protocols.ts';
import type { WireProtocol } from './protocol/types.ts';
import { providerUrl } from './provider-url.ts';
import { readBytes } from './read-bytes.ts';
import { relay } from './relay.ts';
import { resolveTarget } from './resolve-target.ts';
import { failureOf, sendFailure, sendJson } from './send-failure.ts';
import { readBody, shapeRequest } from './shape-request.ts';
import { type GatewayClaims, verifyGatewayToken } from './token.ts';
import type { GatewayOptions } from './types.ts';

/** What the handler of requests works with; made once. */
export interface HandlerTools extends CallTools {
  readonly options: GatewayOptions;
  readonly catalogue: ModelCatalogue;
  readonly checkOwnership: CheckOwnership;
  readonly bodies: BodyBudget;
}

interface Route {
  readonly kind: Call['kind'];
  readonly protocol: WireProtocol;
}

const routes: Readonly<Record<string, Route>> = {
  '/v1/messages': { kind: 'message', protocol: protocols.anthropic },
  '/v1/messages/count_tokens': { kind: 'count', protocol: protocols.anthropic },
  '/v1/chat/completions': { kind: 'message', protocol: protocols.openai },
};

/** Answers one request of an agent. Never throws: what goes wrong is said in the agent's protocol. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  tools: HandlerTools,
): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://gateway');
  const pathname = url?.pathname ?? '';
  const route = request.method === 'POST' ? routes[pathname] : undefined;
  const protocol = route?.protocol ?? protocolOf(request);
  try {
    if (!url) throw runyardError('gateway.not-found', { route: `${request.method} ${request.url}` });
    const claims = await authorise(request, tools);
    if (request.method === 'GET' && pathname === '/v1/models')
      return sendJson(response, 200, modelList(claims));
    if (!route) throw runyardError('gateway.not-found', { route: `${request.method} ${pathname}` });
    const stop = stopper(response, tools.limits.totalMs);
    const lease = tools.bodies.take(claims.runId);
    try {
      const call = await makeCall({ request, route, claims, url, signal: stop.signal, lease, tools });
      await carryOut(call, response, tools);
    } finally {
      lease.release();
      stop.release();
    }
  } catch (error) {
    sendFailure(response, protocol, failureOf(error));
  }
}

async function carryOut(call: Call, response: ServerResponse, tools: HandlerTools): Promise<void> {
  const { clock, catalogue } = tools;
  const forwarded = await forward(call, tools);
  const relayed = forwarded.result.ok ? await relay(forwarded.result.value, call, response) : null;
  if (call.kind === 'message') {
    const record = modelCallOf({ call, forwarded, relayed, endedAt: clock.now(), catalogue });
    await tools.options.record(record).catch(tools.options.onError);
    const use = providerUseOf(call, forwarded, relayed);
    if (use) await tools.options.observe?.(use).catch(tools.options.onError);
  }
  if (relayed) relayed.finish();
  else if (!forwarded.result.ok) sendFailure(response, call.protocol, forwarded.result.error);
}

async function authorise(request: IncomingMessage, tools: HandlerTools): Promise<GatewayClaims> {
  const token = tokenIn(request.headers);
  if (token === null) throw runyardError('gateway.invalid-token', { problem: 'The request carries no key.' });
  const claims = verifyGatewayToken(token, tools.options.signingKey, tools.clock.now());
  await tools.checkOwnership(claims);
  return claims;
}

interface NewCall {
  readonly request: IncomingMessage;
  readonly route: Route;
  readonly claims: GatewayClaims;
  readonly url: URL;
  readonly lease: BodyLease;
  readonly signal: AbortSignal;
  readonly tools: HandlerTools;
}

async function makeCall(newCall: NewCall): Promise<Call> {
  const { request, route, claims, url, lease, signal, tools } = newCall;
  const { protocol, kind } = route;
  const startedAt = tools.clock.now();
  const bytes = await readBytes(request, lease);
  const body = readBody(bytes);
  const target = resolveTarget({
    asked: body.fields.model,
    allowed: claims.models,
    protocol: protocol.name,
    providers: tools.options.providers,
  });
  const limits = modelLimits(target.ref, tools.catalogue);
  const shaped = shapeRequest(bytes, body, { protocol: protocol.name, model: target.model, limits });
  lease.read();
  return {
    ...target,
    id: newId(),
    claims,
    protocol,
    kind,
    url: providerUrl(target.provider, url.pathname, url.search),
    headers: requestHeaders(request.headers, target.provider, protocol),
    request: shaped,
    startedAt,
    signal,
  };
}

/** Ends a call when the agent hangs up, or when its time is over. */
function stopper(response: ServerResponse, totalMs: number) {
  const controller = new AbortController();
  const stop = (reason: StopReason) => controller.abort(reason);
  const timer = setTimeout(() => stop('total-timeout'), totalMs);
  function onClose(): void {
    if (!response.writableFinished) stop('client-gone');
  }
  response.once('close', onClose);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      response.off('close', onClose);
    },
  };
}

function protocolOf(request: IncomingMessage): WireProtocol {
  const isAnthropic =
    request.headers['anthropic-version'] !== undefined || request.url?.startsWith('/v1/messages');
  return isAnthropic ? protocols.anthropic : protocols.openai;
}

function modelList(claims: GatewayClaims): unknown {
  const data = claims.models.map((id) => ({
    id,
    type: 'model',
    object: 'model',
    display_name: id,
    owned_by: 'runyard',
  }));
  return {
    object: 'list',
    data,
    has_more: false,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
