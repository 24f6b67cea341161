import { type Answer, inPieces } from './answer.ts';
import type { Block } from './map-action.ts';

const stopReasons = { end: 'end_turn', tool: 'tool_use', length: 'max_tokens', refusal: 'refusal' } as const;

/** https://docs.claude.com/en/api/messages */
export function anthropicJson(answer: Answer): unknown {
  return {
    ...messageStart(answer),
    content: answer.blocks.map((block, index) => contentBlock(answer, block, index)),
    stop_reason: stopReasons[answer.stop],
    ...(answer.figures && { usage: usageOf(answer, answer.figures.output) }),
  };
}

/** https://docs.claude.com/en/docs/build-with-claude/streaming */
export function anthropicEvents(answer: Answer): string[] {
  const message = { ...messageStart(answer), ...(answer.figures && { usage: usageOf(answer, 1) }) };
  return [
    event('message_start', { message }),
    event('ping', {}),
    ...answer.blocks.flatMap((block, index) => blockEvents(answer, block, index)),
    event('message_delta', {
      delta: { stop_reason: stopReasons[answer.stop], stop_sequence: null },
      ...(answer.figures && { usage: { output_tokens: answer.figures.output } }),
    }),
    event('message_stop', {}),
  ];
}

export function anthropicErrorEvent(message: string): string {
  return event('error', { error: { type: 'overloaded_error', message } });
}

function event(type: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function messageStart(answer: Answer) {
  const { id, model } = answer;
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function usageOf(answer: Answer, output: number) {
  const { figures } = answer;
  return {
    input_tokens: figures?.input,
    cache_creation_input_tokens: figures?.cacheWrite,
    cache_read_input_tokens: figures?.cacheRead,
    output_tokens: output,
    service_tier: 'standard',
  };
}

function contentBlock(answer: Answer, block: Block, index: number): Record<string, unknown> {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: 'c2NyaXB0ZWQ=' };
    case 'text':
      return { type: 'text', text: block.text };
    case 'call':
      return { type: 'tool_use', id: `toolu_${answer.id}_${index}`, name: block.name, input: block.input };
  }
}

function blockEvents(answer: Answer, block: Block, index: number): string[] {
  const whole = contentBlock(answer, block, index);
  const delta = (value: Readonly<Record<string, unknown>>) =>
    event('content_block_delta', { index, delta: value });
  const stop = event('content_block_stop', { index });
  switch (block.kind) {
    case 'thinking':
      return [
        event('content_block_start', {
          index,
          content_block: { type: 'thinking', thinking: '', signature: '' },
        }),
        delta({ type: 'thinking_delta', thinking: block.text }),
        delta({ type: 'signature_delta', signature: whole['signature'] }),
        stop,
      ];
    case 'text':
      return [
        event('content_block_start', { index, content_block: { type: 'text', text: '' } }),
        ...inPieces(block.text).map((text) => delta({ type: 'text_delta', text })),
        stop,
      ];
    case 'call':
      return [
        event('content_block_start', { index, content_block: { ...whole, input: {} } }),
        ...inPieces(inputText(block.input)).map((piece) =>
          delta({ type: 'input_json_delta', partial_json: piece }),
        ),
        stop,
      ];
  }
}

/** A string is sent as it stands: that is how a scenario plays input that does not parse. */
function inputText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
