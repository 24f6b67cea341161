import type { ServerResponse } from 'node:http';
import { messageOf, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { WireFailure, WireProtocol } from './protocol/types.ts';

const statuses: Readonly<Record<string, number>> = {
  'gateway.invalid-token': 401,
  'gateway.stale-token': 403,
  'gateway.model-not-allowed': 403,
  'gateway.unknown-provider': 404,
  'gateway.not-found': 404,
  'gateway.busy': 429,
  'gateway.unavailable': 503,
};

const triedAgain: ReadonlySet<string> = new Set(['gateway.unavailable', 'gateway.busy']);

/** Anything thrown on the way, as the agent will see it. */
export function failureOf(error: unknown): WireFailure {
  const known =
    error instanceof RunyardError
      ? error
      : runyardError('gateway.unavailable', { detail: messageOf(error) }, error);
  return { error: known, status: statuses[known.code] ?? 400, words: null };
}

export function sendFailure(response: ServerResponse, protocol: WireProtocol, failure: WireFailure): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { waitSeconds } = failure.error.fields;
  if (typeof waitSeconds === 'number') response.setHeader('retry-after', String(waitSeconds));
  // The gateway has tried again as long as it made sense; the SDKs of both vendors obey this header.
  response.setHeader('x-should-retry', triedAgain.has(failure.error.code) ? 'true' : 'false');
  sendJson(response, failure.status, protocol.errorBody(failure));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
