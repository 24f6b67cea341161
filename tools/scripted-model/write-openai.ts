import { type Answer, inPieces } from './answer.ts';
import type { Figures } from './usage.ts';

const finishReasons = {
  end: 'stop',
  tool: 'tool_calls',
  length: 'length',
  refusal: 'content_filter',
} as const;

/** https://platform.openai.com/docs/api-reference/chat/object */
export function openaiJson(answer: Answer): unknown {
  const calls = callsOf(answer);
  return {
    ...head(answer, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: textOf(answer),
          refusal: null,
          ...(calls.length > 0 && { tool_calls: calls.map(({ index: _index, ...call }) => call) }),
        },
        logprobs: null,
        finish_reason: finishReasons[answer.stop],
      },
    ],
    ...(answer.figures && { usage: usageOf(answer.figures) }),
  };
}

/** https://platform.openai.com/docs/api-reference/chat-streaming */
export function openaiEvents(answer: Answer): string[] {
  const text = textOf(answer);
  return [
    delta(answer, { role: 'assistant', content: text === null ? null : '' }),
    ...inPieces(text ?? '').map((piece) => delta(answer, { content: piece })),
    ...callsOf(answer).flatMap((call) => callDeltas(answer, call)),
    chunk(answer, {
      choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finishReasons[answer.stop] }],
    }),
    ...(answer.includeUsage && answer.figures
      ? [chunk(answer, { choices: [], usage: usageOf(answer.figures) })]
      : []),
    'data: [DONE]\n\n',
  ];
}

export function openaiErrorEvent(message: string): string {
  return `data: ${JSON.stringify({ error: { message, type: 'server_error', param: null, code: null } })}\n\n`;
}

function head(answer: Answer, object: string) {
  return { id: `chatcmpl-${answer.id}`, object, created: 1_795_000_000, model: answer.model };
}

function chunk(answer: Answer, data: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify({ ...head(answer, 'chat.completion.chunk'), ...data })}\n\n`;
}

function delta(answer: Answer, value: Readonly<Record<string, unknown>>): string {
  return chunk(answer, { choices: [{ index: 0, delta: value, logprobs: null, finish_reason: null }] });
}

interface Call {
  readonly index: number;
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

function callDeltas(answer: Answer, call: Call): string[] {
  const { index, id, type } = call;
  return [
    delta(answer, {
      tool_calls: [{ index, id, type, function: { name: call.function.name, arguments: '' } }],
    }),
    ...inPieces(call.function.arguments).map((piece) =>
      delta(answer, { tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ];
}

function callsOf(answer: Answer): Call[] {
  return answer.blocks
    .filter((block) => block.kind === 'call')
    .map((block, index) => ({
      index,
      id: `call_${answer.id}_${index}`,
      type: 'function',
      function: {
        name: block.name,
        arguments: typeof block.input === 'string' ? block.input : JSON.stringify(block.input),
      },
    }));
}

function textOf(answer: Answer): string | null {
  const texts = answer.blocks.filter((block) => block.kind === 'text').map((block) => block.text);
  return texts.length === 0 ? null : texts.join('\n');
}

/** prompt_tokens include the cached ones here. */
function usageOf(figures: Figures) {
  const prompt = figures.input + figures.cacheRead + figures.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: figures.output,
    total_tokens: prompt + figures.output,
    prompt_tokens_details: { cached_tokens: figures.cacheRead },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
