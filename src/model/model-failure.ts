import { z } from 'zod';
import {
  errorDataSchema,
  fromErrorData,
  messageOf,
  RunyardError,
  runyardError,
} from '../domain/errors/runyard-error.ts';
import type { ModelRequest } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** What the gateway puts into its errors beside the provider's words. */
const bodySchema = z.object({ error: z.object({ runyard: errorDataSchema }) });

/** Any failure of a try as a RunyardError. What the caller stopped comes back as the caller's own reason. */
export function failureOfTry(error: unknown, request: ModelRequest, watchdog: Watchdog): unknown {
  const expired = watchdog.expired();
  if (expired) return runyardError('model.timed-out', { model: request.modelRef, ...expired });
  if (request.signal.aborted) return request.signal.reason;
  if (error instanceof RunyardError) return error;
  return fromGateway(error) ?? classify(error, request, watchdog.hasSeenBytes());
}

function fromGateway(error: unknown): RunyardError | null {
  for (const candidate of chain(error)) {
    const body: unknown =
      typeof candidate === 'object' && candidate !== null
        ? Reflect.get(candidate, 'responseBody')
        : candidate;
    const parsed = bodySchema.safeParse(typeof body === 'string' ? parseJson(body) : body);
    if (parsed.success) return fromErrorData(parsed.data.error.runyard);
  }
  return null;
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EACCES',
]);
const cut = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE']);

const empty = new Set(['AI_NoOutputGeneratedError', 'AI_NoContentGeneratedError']);

/** By name and code, never by message; names of the AI SDK's errors are part of its interface. */
function classify(error: unknown, request: ModelRequest, hasSeenBytes: boolean): RunyardError {
  const model = request.modelRef;
  const detail = messageOf(error).split('\n')[0] ?? '';
  for (const candidate of chain(error)) {
    if (!(candidate instanceof Error)) continue;
    const code = String(Reflect.get(candidate, 'code') ?? '');
    const said = messageOf(candidate) || code;
    if (unreachable.has(code)) {
      return runyardError('model.unreachable', { model, url: request.gateway.url, detail: said }, error);
    }
    if (cut.has(code)) return runyardError('model.interrupted', { model, detail: said }, error);
  }
  const names = chain(error).map((link) => (link instanceof Error ? link.name : ''));
  // The provider, or the gateway, said inside the stream that it cannot go on.
  if (names.includes('AI_StreamProviderError')) {
    return runyardError('model.interrupted', { model, detail }, error);
  }
  if (names.some((name) => empty.has(name))) {
    return runyardError('model.empty-answer', { model, missing: 'text and tool calls' }, error);
  }
  // An answer had begun, no status and no connection is to blame: the SDK could make nothing of its content.
  if (hasSeenBytes && !isRefusal(error)) {
    return runyardError('model.malformed-answer', { model, missing: detail }, error);
  }
  return runyardError('model.failed', { model, detail }, error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode !== 200;
}

/** The error, what is in it, and its causes. */
function chain(error: unknown): unknown[] {
  const links: unknown[] = [];
  let current = error;
  while (current !== undefined && current !== null && links.length < 8) {
    links.push(current);
    current = current instanceof Error ? current.cause : undefined;
  }
  return links;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
