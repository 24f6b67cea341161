import type { Block } from './map-action.ts';
import type { Protocol } from './request.ts';
import type { Figures } from './usage.ts';

/** What the model says, before it takes the shape of a protocol. */
export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly Block[];
  readonly stop: 'end' | 'tool' | 'length' | 'refusal';
  /** null: usage is left out. */
  readonly figures: Figures | null;
  readonly includeUsage: boolean;
}

export interface ErrorShape {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

/** Where text and JSON are cut, so that a stream has more than one delta. */
export function inPieces(text: string, pieces = 3): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

export function errorBody(protocol: Protocol, error: ErrorShape, requestId: string): unknown {
  const { type, code, message } = error;
  if (protocol === 'openai') return { error: { message, type, param: null, code } };
  return { type: 'error', error: { type, message }, request_id: requestId };
}

const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The words a provider uses for a status when the scenario gives none. */
export function usualError(protocol: Protocol, status: number): ErrorShape {
  if (protocol === 'anthropic') {
    const type = anthropicTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
    return { status, type, code: null, message: `scripted ${status}` };
  }
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  const code = status === 429 ? 'rate_limit_exceeded' : null;
  return { status, type, code, message: `scripted ${status}` };
}
