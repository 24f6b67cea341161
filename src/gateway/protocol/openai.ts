import { z } from 'zod';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import type { CallUsage } from '../../domain/model-call.ts';
import { firstIssue, parseJson } from './parse.ts';
import type { ProviderWords, StreamReader, WireProtocol } from './types.ts';
import { plausible } from './usage-figures.ts';

const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
    .nullish(),
});

const answerSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.looseObject({ content: z.unknown().optional() }),
        finish_reason: z.string(),
      }),
    )
    .min(1),
});

const errorSchema = z.object({
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  message: z.string().nullish(),
});

const chunkSchema = z.object({
  choices: z.array(z.object({ finish_reason: z.string().nullish() })).optional(),
  usage: usageSchema.nullish(),
  error: errorSchema.nullish(),
});

/** https://platform.openai.com/docs/api-reference/chat */
export const openai: WireProtocol = {
  name: 'openai',
  requestIdHeader: 'x-request-id',
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  errorBody: ({ error, status, words }) => ({
    error: {
      message: words?.message ?? error.message,
      type: words?.type ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
      param: null,
      code: words?.code ?? error.code,
      runyard: toErrorData(error),
    },
  }),
  errorEvent: (failure) => `data: ${JSON.stringify(openai.errorBody(failure))}\n\n`,
  problemOf: (answer) => firstIssue(answerSchema, answer),
  usageOf(answer) {
    const parsed = z.object({ usage: usageSchema }).safeParse(answer);
    return parsed.success ? toUsage(parsed.data.usage) : null;
  },
  streamReader,
};

function streamReader({ hideUsage }: { readonly hideUsage: boolean }): StreamReader {
  let usage: CallUsage | null = null;
  let known: boolean | null = null;
  let refused = false;
  let finished = false;
  let error: ProviderWords | null = null;
  return {
    read(data) {
      if (data === '' || data === '[DONE]') return true;
      const parsed = chunkSchema.safeParse(parseJson(data));
      const chunk = parsed.success ? parsed.data : null;
      refused ||= known === null && chunk?.error != null;
      known ??= chunk !== null && (chunk.choices !== undefined || chunk.error != null);
      if (!chunk) return true;
      if (chunk.usage) usage = toUsage(chunk.usage);
      if (chunk.choices?.some(({ finish_reason: reason }) => typeof reason === 'string')) finished = true;
      if (chunk.error) error = wordsOf(chunk.error);
      return !(hideUsage && chunk.usage && chunk.choices?.length === 0);
    },
    usage: () => usage,
    finished: () => finished,
    error: () => error,
    started: () => known !== null,
    refused: () => refused,
    problem() {
      if (known === null) return 'an event (the stream is empty)';
      return known ? null : 'choices in the first event of the stream';
    },
  };
}

function wordsOf(error: z.infer<typeof errorSchema>): ProviderWords {
  const { type, code, message } = error;
  return { type: type ?? null, code: code == null ? null : String(code), message: message ?? null };
}

/** prompt_tokens include the cached ones; ours do not. */
function toUsage(usage: z.infer<typeof usageSchema>): CallUsage | null {
  const cacheReadTokens = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const cacheWriteTokens = usage.prompt_tokens_details?.cache_write_tokens ?? 0;
  return plausible({
    inputTokens: usage.prompt_tokens - cacheReadTokens - cacheWriteTokens,
    outputTokens: usage.completion_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  });
}
