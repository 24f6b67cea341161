import { z } from 'zod';

/** Only the fields that are used; Claude Code adds others in every release. Measured with 2.1.328 and 2.1.329. */
const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
const thinkingBlock = z.looseObject({ type: z.literal('thinking'), thinking: z.string() });
const toolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  name: z.string(),
  input: z.unknown().optional(),
});
const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});

export const contentBlockSchema = z.discriminatedUnion('type', [
  textBlock,
  thinkingBlock,
  toolUseBlock,
  toolResultBlock,
]);
export type ContentBlock = z.infer<typeof contentBlockSchema>;

const count = z.number().nonnegative().catch(0);

export const modelUsageSchema = z.record(
  z.string(),
  z.looseObject({
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheCreationInputTokens: count,
    costUSD: count,
  }),
);

export const lineSchema = z.looseObject({ type: z.string(), session_id: z.string().optional() });

export const systemSchema = z.looseObject({
  subtype: z.string(),
  attempt: z.number().optional(),
  max_retries: z.number().optional(),
  error_status: z.number().nullish(),
  error: z.unknown().optional(),
  tool_name: z.string().optional(),
  message: z.unknown().optional(),
});

/** `content` of a message is a text, or a list of blocks of which the unknown ones are passed over. */
export const messageSchema = z.looseObject({
  message: z.looseObject({ id: z.string().optional(), content: z.union([z.string(), z.array(z.unknown())]) }),
});

export const resultSchema = z.looseObject({
  subtype: z.string().catch(''),
  is_error: z.boolean(),
  result: z.string().nullish(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  errors: z.array(z.unknown()).nullish(),
  total_cost_usd: z.number().nonnegative().nullish(),
  permission_denials: z.array(z.looseObject({ tool_name: z.string() })).nullish(),
  model_usage_since_last_result: modelUsageSchema.nullish().catch(null),
  modelUsage: modelUsageSchema.nullish().catch(null),
});
export type ClaudeResult = z.infer<typeof resultSchema>;
