import type { JSONSchema7, LanguageModel, ModelMessage as SdkMessage, streamText, ToolSet } from 'ai';
import { z } from 'zod';
import { parseModelRef } from '../domain/model-ref.ts';
import { modelLimits } from './catalogue.ts';
import { httpFetch } from './http-fetch.ts';
import { type OutputBudget, outputBudget } from './thinking.ts';
import type { ModelMessage, ModelRequest, ModelTool } from './types.ts';
import type { Watchdog } from './watchdog.ts';

type SdkRequest = Parameters<typeof streamText>[0];
type ProviderOptions = NonNullable<SdkRequest['providerOptions']>;

const CACHE: ProviderOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };

/** OpenAI's own models want their parameters under other names than everybody else's. */
const OPENAI_OWN = /^(?:gpt-|chatgpt-|o\d)/;

/** The request in the terms of the AI SDK. Equal requests give equal bytes: that is what prompt caches compare (M8). */
export async function sdkRequest(request: ModelRequest, watchdog: Watchdog): Promise<SdkRequest> {
  const limits = modelLimits(request.modelRef, request.catalogue);
  const budget = outputBudget(limits, request);
  const marked = request.gateway.protocol === 'anthropic';
  const { jsonSchema, tool } = await import('ai');
  const tools: ToolSet = {};
  for (const { name, description, input } of request.tools ?? []) {
    // Checked by us, in words made for the model: the SDK would answer invalid calls by itself.
    tools[name] = tool({ description, inputSchema: jsonSchema(inputJsonSchema(input)) });
  }
  return {
    model: await languageModel(request, watchdog),
    instructions: { role: 'system', content: systemText(request), ...(marked && { providerOptions: CACHE }) },
    messages: sdkMessages(request.messages, marked),
    ...(request.tools &&
      request.tools.length > 0 && { tools, toolOrder: request.tools.map(({ name }) => name) }),
    maxOutputTokens: budget.maxOutputTokens,
    providerOptions: thinkingOptions(request, budget),
    maxRetries: 0,
    abortSignal: watchdog.signal,
    timeout: { totalMs: request.timeouts.totalMs },
    // Errors are parts of the stream and are read there; without this the SDK prints them too.
    onError: () => undefined,
  };
}

async function languageModel(request: ModelRequest, watchdog: Watchdog): Promise<LanguageModel> {
  const { url, token, protocol, socketPath = null } = request.gateway;
  const { provider, model } = parseModelRef(request.modelRef);
  const settings = { baseURL: `${url}/v1`, apiKey: token, fetch: httpFetch(socketPath, watchdog.sawBytes) };
  if (protocol === 'anthropic') return (await import('@ai-sdk/anthropic')).createAnthropic(settings)(model);
  if (provider === 'openai' || OPENAI_OWN.test(model))
    return (await import('@ai-sdk/openai')).createOpenAI(settings).chat(model);
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ ...settings, name: 'gateway', includeUsage: true })(model);
}

function systemText({ system, schema }: ModelRequest): string {
  if (!schema) return system;
  const form = JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return `${system}\n\nAnswer with one JSON object and nothing else, following this JSON Schema:\n${form}`;
}

function inputJsonSchema(input: ModelTool['input']): JSONSchema7 {
  return z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JSONSchema7;
}

/** The last message ends the cacheable prefix; the next turn finds it there and adds to it. */
function sdkMessages(messages: readonly ModelMessage[], marked: boolean): SdkMessage[] {
  const last = messages.length - 1;
  return messages.map((message, index) => ({
    ...sdkMessage(message),
    ...(marked && index === last && { providerOptions: CACHE }),
  }));
}

function sdkMessage(message: ModelMessage): SdkMessage {
  if (message.role !== 'tool') return { role: message.role, content: message.content } as SdkMessage;
  return {
    role: 'tool',
    content: message.results.map(({ id, name, text, isError }) => ({
      type: 'tool-result',
      toolCallId: id,
      toolName: name,
      output: { type: isError ? 'error-text' : 'text', value: text },
    })),
  };
}

function thinkingOptions({ gateway }: ModelRequest, { thinking }: OutputBudget): ProviderOptions {
  if (thinking.kind === 'none') return {};
  if (gateway.protocol === 'anthropic') {
    if (thinking.kind === 'budget') {
      return { anthropic: { thinking: { type: 'enabled', budgetTokens: thinking.tokens } } };
    }
    return { anthropic: { thinking: { type: 'adaptive' }, effort: thinking.effort } };
  }
  const reasoningEffort = thinking.kind === 'budget' ? 'medium' : thinking.effort;
  return { openai: { reasoningEffort }, gateway: { reasoningEffort } };
}
