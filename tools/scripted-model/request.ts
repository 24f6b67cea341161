import { z } from 'zod';

export type Protocol = 'anthropic' | 'openai';

export interface OfferedTool {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What a scenario looks at, the same for both protocols. */
export interface ModelRequest {
  readonly protocol: Protocol;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly system: string;
  /** The user's messages that hold text, in order. */
  readonly userTexts: readonly string[];
  readonly toolResults: number;
  readonly tools: readonly OfferedTool[];
  /** The tool the request forces, if any. */
  readonly forcedTool: string | null;
  readonly thinking: boolean;
  /** The prompt in blocks, as the prompt cache sees them. */
  readonly blocks: readonly { readonly text: string; readonly breakpoint: boolean }[];
}

const loose = z.record(z.string(), z.unknown());
const part = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(part), z.null()]).optional();
const messageSchema = z.looseObject({ role: z.string(), content });

const anthropicSchema = z.looseObject({
  model: z.string(),
  max_tokens: z.number().int().positive(),
  messages: z.array(messageSchema).min(1),
  system: z.union([z.string(), z.array(part)]).optional(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: loose.optional() })).optional(),
  tool_choice: z.looseObject({ type: z.string(), name: z.string().optional() }).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
});

const openaiSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string(), parameters: loose.optional() }) }))
    .nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ function: z.object({ name: z.string() }) })]).nullish(),
});

/** Throws an Error with the words of a 400 when the body is no request of that protocol. */
export function readRequest(protocol: Protocol, body: unknown): ModelRequest {
  const parsed = protocol === 'anthropic' ? anthropicSchema.safeParse(body) : openaiSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}`);
  }
  return protocol === 'anthropic'
    ? readAnthropic(anthropicSchema.parse(body))
    : readOpenai(openaiSchema.parse(body));
}

function readAnthropic(body: z.infer<typeof anthropicSchema>): ModelRequest {
  const { messages } = body;
  const system = typeof body.system === 'string' ? body.system : textOf(body.system ?? []);
  const tools = body.tools ?? [];
  const parts = (message: z.infer<typeof anthropicSchema>['messages'][number]) =>
    typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : (message.content ?? []);
  const systemParts =
    typeof body.system === 'string' ? [{ type: 'text', text: body.system }] : (body.system ?? []);
  const all = [...tools, ...systemParts, ...messages.flatMap(parts)];
  return {
    protocol: 'anthropic',
    model: body.model,
    stream: body.stream === true,
    includeUsage: true,
    system,
    userTexts: messages
      .filter(({ role }) => role === 'user')
      .map((message) => textOf(parts(message)))
      .filter((text) => text !== ''),
    toolResults: messages.flatMap(parts).filter(({ type }) => type === 'tool_result').length,
    tools: tools.map((tool) => ({ name: tool.name, schema: tool.input_schema ?? {} })),
    forcedTool: body.tool_choice?.type === 'tool' ? (body.tool_choice.name ?? null) : null,
    thinking: body.thinking !== undefined && body.thinking.type !== 'disabled',
    blocks: all.map((block) => ({
      text: JSON.stringify({ ...block, cache_control: undefined }),
      breakpoint: block['cache_control'] !== undefined && block['cache_control'] !== null,
    })),
  };
}

function readOpenai(body: z.infer<typeof openaiSchema>): ModelRequest {
  const { messages } = body;
  const tools = body.tools ?? [];
  const textsOf = (roles: readonly string[]) =>
    messages
      .filter(({ role }) => roles.includes(role))
      .map(({ content: value }) => (typeof value === 'string' ? value : textOf(value ?? [])))
      .filter((text) => text !== '');
  const choice = body.tool_choice;
  return {
    protocol: 'openai',
    model: body.model,
    stream: body.stream === true,
    includeUsage: body.stream_options?.include_usage === true,
    system: textsOf(['system', 'developer']).join('\n'),
    userTexts: textsOf(['user']),
    toolResults: messages.filter(({ role }) => role === 'tool').length,
    tools: tools.map((tool) => ({ name: tool.function.name, schema: tool.function.parameters ?? {} })),
    forcedTool: typeof choice === 'object' && choice !== null ? choice.function.name : null,
    thinking: false,
    // OpenAI caches without being asked: every block is a place where a cached prefix may end.
    blocks: [...tools, ...messages].map((block) => ({ text: JSON.stringify(block), breakpoint: true })),
  };
}

function textOf(parts: readonly { type: string; [key: string]: unknown }[]): string {
  return parts
    .filter((entry) => entry.type === 'text')
    .map((entry) => (typeof entry['text'] === 'string' ? entry['text'] : ''))
    .join('\n');
}
