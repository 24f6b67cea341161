import type { FinishReason, StreamTextResult, TextStreamPart, ToolSet } from 'ai';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Usage } from '../domain/usage.ts';
import { modelLimits } from './catalogue.ts';
import { checkToolCall } from './tool-calls.ts';
import type { ModelAnswer, ModelMessage, ModelRequest, ModelToolCall } from './types.ts';

/** What was heard before it is judged. */
interface Heard {
  text: string;
  thinking: string;
  readonly toolCalls: ModelToolCall[];
  finishReason: FinishReason | null;
  usage: Usage;
}

type SdkResult = Pick<
  StreamTextResult<ToolSet, Record<string, unknown>, never>,
  'stream' | 'responseMessages'
>;

/** Listens to the end, then judges: an answer that is not whole, or empty, is a failure (M1). Throws what the stream threw. */
export async function readAnswer(
  result: SdkResult,
  request: ModelRequest,
): Promise<Omit<ModelAnswer, 'object' | 'retries'>> {
  const heard: Heard = {
    text: '',
    thinking: '',
    toolCalls: [],
    finishReason: null,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, turns: 1 },
  };
  for await (const part of result.stream) hear(part, heard, request);
  const finishReason = judge(heard, request);
  const { text, thinking, toolCalls, usage } = heard;
  const message = assistantMessage(await result.responseMessages, toolCalls);
  return { text, thinking, toolCalls, usage, finishReason, message };
}

function hear(part: TextStreamPart<ToolSet>, heard: Heard, request: ModelRequest): void {
  switch (part.type) {
    case 'text-delta':
      heard.text += part.text;
      request.onDelta?.({ kind: 'text', text: part.text });
      return;
    case 'reasoning-delta':
      heard.thinking += part.text;
      request.onDelta?.({ kind: 'thinking', text: part.text });
      return;
    case 'tool-call':
      heard.toolCalls.push(checkToolCall(part, request));
      return;
    case 'finish-step': {
      const { inputTokenDetails, outputTokens } = part.usage;
      const { noCacheTokens, cacheReadTokens, cacheWriteTokens } = inputTokenDetails;
      heard.finishReason = part.finishReason;
      heard.usage = {
        inputTokens: noCacheTokens ?? part.usage.inputTokens ?? 0,
        outputTokens: outputTokens ?? 0,
        cacheReadTokens: cacheReadTokens ?? 0,
        cacheWriteTokens: cacheWriteTokens ?? 0,
        turns: 1,
      };
      return;
    }
    case 'error':
      throw part.error;
    case 'abort':
      throw runyardError('model.interrupted', { model: request.modelRef, detail: 'The call was stopped.' });
    default:
  }
}

function judge(heard: Heard, request: ModelRequest): ModelAnswer['finishReason'] {
  const model = request.modelRef;
  switch (heard.finishReason) {
    case 'length': {
      const { maxOutputTokens } = modelLimits(model, request.catalogue);
      const asked = Math.min(request.maxOutputTokens ?? maxOutputTokens, maxOutputTokens);
      throw runyardError('model.output-limit', { model, maxOutputTokens: asked });
    }
    case 'content-filter':
      throw runyardError('model.refused', { model });
    case 'stop':
    case 'tool-calls':
      break;
    case null:
      throw runyardError('model.malformed-answer', {
        model,
        missing: 'the end of the answer (a finish reason)',
      });
    default: {
      const detail = `The stream ended with "${heard.finishReason}" and not with a finish reason of the model.`;
      throw runyardError('model.interrupted', { model, detail });
    }
  }
  if (heard.toolCalls.length > 0) return 'tool-calls';
  if (heard.text.trim() !== '') return 'stop';
  const missing = heard.finishReason === 'tool-calls' ? 'the tool call it announced' : 'text and tool calls';
  throw runyardError('model.empty-answer', { model, missing });
}

/** The one message of the model, as it must be sent back. Results that the SDK made up for invalid calls are not part of it. */
function assistantMessage(
  messages: readonly { role: string; content: unknown }[],
  toolCalls: readonly ModelToolCall[],
): Extract<ModelMessage, { role: 'assistant' }> {
  type Content = Extract<ModelMessage, { role: 'assistant' }>['content'];
  const found = messages.find(({ role }) => role === 'assistant');
  const content = (found?.content ?? '') as Content;
  if (typeof content === 'string') return { role: 'assistant', content };
  const bad = new Set(toolCalls.filter(({ problem }) => problem !== null).map(({ id }) => id));
  return {
    role: 'assistant',
    // Providers refuse a history whose tool input is no object.
    content: content.map((part) =>
      part.type === 'tool-call' && bad.has(part.toolCallId) && !isObject(part.input)
        ? { ...part, input: {} }
        : part,
    ),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
