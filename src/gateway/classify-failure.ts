import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { parseJson } from './protocol/parse.ts';
import type { ProviderWords, WireFailure } from './protocol/types.ts';
import { retryAfterMs } from './retry-after.ts';

/** Why a try failed, and what may be done about it. */
export interface Failure extends WireFailure {
  readonly transient: boolean;
  readonly retryAfterMs: number | null;
}

export interface RefusedAnswer {
  readonly provider: string;
  readonly model: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of the body, without secrets. */
  readonly body: string;
  readonly now: Date;
}

const bodySchema = z.object({
  error: z.union([
    z.string(),
    z.object({
      type: z.string().nullish(),
      code: z.union([z.string(), z.number()]).nullish(),
      message: z.string().nullish(),
    }),
  ]),
});

const quotaCodes = new Set([
  'insufficient_quota',
  'billing_error',
  'billing_hard_limit_reached',
  'quota_exceeded',
]);
const rateCodes = new Set(['rate_limit_exceeded', 'rate_limit_error', 'requests', 'tokens']);
/** Providers that have no code for it: Anthropic answers 400 invalid_request_error, OpenRouter 402. */
const quotaWords =
  /credit balance is too low|exceeded your current quota|requires more credits|usage limit (?:has been )?reached/i;
const contextWords = /prompt is too long|maximum context length|context window|context length/i;

/** Judges an answer that is not a success. The code decides before the status, the status before the type: types lie. */
export function classifyFailure(answer: RefusedAnswer): Failure {
  const { provider, model, status, headers, now } = answer;
  const words = wordsIn(answer.body);
  const detail = detailOf(answer, words);
  const wait = retryAfterMs(headers, now);
  const waitSeconds = wait === null ? null : Math.ceil(wait / 1000);
  const failure = (error: RunyardError, transient = false): Failure => ({
    error,
    status: status < 400 ? 502 : status,
    words,
    transient,
    retryAfterMs: wait,
  });

  if (status === 402 || has(quotaCodes, words) || quotaWords.test(words?.message ?? '')) {
    return failure(runyardError('gateway.quota-exhausted', { provider, detail, waitSeconds }));
  }
  if (status === 429 || (status < 500 && has(rateCodes, words))) {
    return failure(runyardError('gateway.rate-limited', { provider, detail, waitSeconds }), true);
  }
  if (status === 401 || words?.code === 'invalid_api_key' || words?.type === 'authentication_error') {
    return failure(runyardError('gateway.rejected-key', { provider, status, detail }));
  }
  if (status === 408 || (status >= 500 && status !== 501)) {
    return failure(
      runyardError('gateway.provider-overloaded', { provider, status, detail, waitSeconds }),
      true,
    );
  }
  if (words?.code === 'model_not_found' || (status === 404 && words !== null)) {
    return failure(runyardError('gateway.unknown-model', { provider, model, detail }));
  }
  if (
    words?.code === 'context_length_exceeded' ||
    (status === 400 && contextWords.test(words?.message ?? ''))
  ) {
    return failure(runyardError('gateway.context-too-long', { provider, model, detail }));
  }
  return failure(runyardError('gateway.request-refused', { provider, status, detail }));
}

/** An error inside an answer of status 200: some providers, and every stream that has begun, can only say it there. */
export function statusOfWords(words: ProviderWords): number {
  const code = Number(words.code);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  return statusByType[words.type ?? ''] ?? 500;
}

const statusByType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  overloaded_error: 529,
};

/** null when the body is no error object of either protocol. */
export function wordsIn(body: string): ProviderWords | null {
  const parsed = bodySchema.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { error } = parsed.data;
  if (typeof error === 'string') return { type: null, code: null, message: error };
  return {
    type: error.type ?? null,
    code: error.code == null ? null : String(error.code),
    message: error.message ?? null,
  };
}

function has(codes: ReadonlySet<string>, words: ProviderWords | null): boolean {
  return codes.has(words?.code ?? '') || codes.has(words?.type ?? '');
}

const LONGEST_DETAIL = 500;

function detailOf({ status, body }: RefusedAnswer, words: ProviderWords | null): string {
  if (words?.message) return words.message.slice(0, LONGEST_DETAIL);
  const text = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return `It answered HTTP ${status} with an empty body.`;
  return `It answered HTTP ${status}: ${text.slice(0, LONGEST_DETAIL)}`;
}
