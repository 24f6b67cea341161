import { z } from 'zod';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import type { CallUsage } from '../../domain/model-call.ts';
import { firstIssue, parseJson } from './parse.ts';
import type { ProviderWords, StreamReader, WireProtocol } from './types.ts';
import { plausible } from './usage-figures.ts';

const figure = z.number().nullish();
const usageSchema = z.object({
  input_tokens: figure,
  output_tokens: figure,
  cache_read_input_tokens: figure,
  cache_creation_input_tokens: figure,
});
type WireUsage = z.infer<typeof usageSchema>;

const answerSchema = z.object({
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(z.looseObject({ type: z.string() })),
  stop_reason: z.string(),
});

const eventSchema = z.object({
  type: z.string(),
  message: z.looseObject({ usage: usageSchema.nullish() }).optional(),
  usage: usageSchema.nullish(),
  error: z.object({ type: z.string().optional(), message: z.string().optional() }).optional(),
});

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

const firstEvents = new Set(['message_start', 'ping', 'error']);

/** https://docs.claude.com/en/api/messages */
export const anthropic: WireProtocol = {
  name: 'anthropic',
  requestIdHeader: 'request-id',
  authHeaders: (apiKey) => ({ 'x-api-key': apiKey }),
  errorBody: ({ error, status, words }) => ({
    type: 'error',
    error: {
      type: words?.type ?? errorTypes[status] ?? 'api_error',
      message: words?.message ?? error.message,
      runyard: toErrorData(error),
    },
  }),
  errorEvent: (failure) => `event: error\ndata: ${JSON.stringify(anthropic.errorBody(failure))}\n\n`,
  problemOf: (answer) => firstIssue(answerSchema, answer),
  usageOf(answer) {
    const parsed = z.object({ usage: usageSchema }).safeParse(answer);
    return parsed.success ? toUsage(parsed.data.usage) : null;
  },
  streamReader,
};

function streamReader(): StreamReader {
  const seen: WireUsage = {};
  let first: string | null = null;
  let finished = false;
  let error: ProviderWords | null = null;
  return {
    read(data) {
      if (data === '') return true;
      const parsed = eventSchema.safeParse(parseJson(data));
      first ??= parsed.success ? parsed.data.type : '';
      if (!parsed.success) return true;
      const { type, message, usage } = parsed.data;
      merge(seen, message?.usage);
      merge(seen, usage);
      if (type === 'message_stop') finished = true;
      if (type === 'error') {
        const { type: errorType = null, message: text = null } = parsed.data.error ?? {};
        error = { type: errorType, code: null, message: text };
      }
      return true;
    },
    usage: () => toUsage(seen),
    finished: () => finished,
    error: () => error,
    started: () => first !== null,
    refused: () => first === 'error',
    problem() {
      if (first === null) return 'an event (the stream is empty)';
      return firstEvents.has(first) ? null : 'message_start at the beginning of the stream';
    },
  };
}

/** Later figures replace earlier ones: they are totals so far. */
function merge(seen: WireUsage, update: WireUsage | null | undefined): void {
  for (const key of Object.keys(usageSchema.shape) as (keyof WireUsage)[]) {
    if (typeof update?.[key] === 'number') seen[key] = update[key];
  }
}

function toUsage(usage: WireUsage): CallUsage | null {
  if (typeof usage.input_tokens !== 'number' || typeof usage.output_tokens !== 'number') return null;
  return plausible({
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  });
}
