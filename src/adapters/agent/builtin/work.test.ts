import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runyardError } from '../../../domain/errors/runyard-error.ts';
import type { Answer, Conversation, ToolCall, ToolResult } from './conversation.ts';
import type { BuiltinEvent } from './events.ts';
import { finish } from './tools/finish.ts';
import { defineTool, failure, success } from './tools/tool.ts';
import { work } from './work.ts';

const usage = { inputTokens: 10, outputTokens: 2, cacheReadTokens: 1, cacheWriteTokens: 0, turns: 1 };

const change = defineTool({
  name: 'change',
  description: '',
  input: z.object({ fail: z.boolean().default(false) }),
  async run({ fail }, { onChange }) {
    if (fail) return failure('it failed');
    onChange('a.txt');
    return success('changed');
  },
});

function call(name: string, input: unknown = {}, problem: string | null = null): ToolCall {
  return { id: `${name}-id`, name, input, problem };
}
function says(text: string, ...toolCalls: ToolCall[]): Answer {
  return { text, thinking: '', toolCalls, usage };
}
const done = call('finish', { summary: 'All good.' });

async function run(answers: readonly (Answer | Error)[], turns = 10) {
  const said: (readonly ToolResult[] | string)[] = [];
  const events: BuiltinEvent[] = [];
  let asked = 0;
  const conversation: Conversation = {
    async ask() {
      const answer = answers[asked];
      asked += 1;
      if (answer === undefined) throw new Error('asked too often');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    addToolResults: (results) => void said.push(results),
    addUserText: (text) => void said.push(text),
  };
  const context = { root: '/', environment: {}, longestCommandMs: 1, signal: new AbortController().signal };
  const end = await work({
    conversation,
    tools: [change, finish],
    context,
    turns,
    emit: (event) => events.push(event),
  });
  return { end, said, events, asked };
}

describe('the loop of the built-in agent', () => {
  it('ends with the summary of finish and the usage of all turns', async () => {
    const { end, events } = await run([says('Changing.', call('change')), says('', done)]);
    expect(end).toEqual({
      type: 'end',
      summary: 'All good.',
      error: null,
      usage: { inputTokens: 20, outputTokens: 4, cacheReadTokens: 2, cacheWriteTokens: 0, turns: 2 },
    });
    expect(events.map((event) => (event.type === 'activity' ? event.kind : event.type))).toEqual([
      'turn',
      'message',
      'tool',
      'tool-result',
      'turn',
      'tool',
      'tool-result',
    ]);
  });

  it('takes text alone as the end once files were changed', async () => {
    expect((await run([says('', call('change')), says('I changed it.')])).end).toMatchObject({
      summary: 'I changed it.',
      error: null,
    });
  });

  it('asks once when the model stops without having done anything, then fails', async () => {
    const { end, said, asked } = await run([says('I would…'), says('Shall I?')]);
    expect(end.error).toMatchObject({ code: 'agent.unfinished', fields: { turns: 2 } });
    expect(said).toEqual([expect.stringContaining('call finish')]);
    expect(asked).toBe(2);
    expect((await run([says('Hm.'), says('', done)])).end.error).toBeNull();
  });

  it('sends failed, unknown and broken calls back to the model', async () => {
    const { end, said } = await run([
      says('', call('change', { fail: true }), call('teleport'), call('change', 'x', 'input is not JSON')),
      says('', call('change', { fail: 'yes' })),
      says('', done),
    ]);
    expect(end.error).toBeNull();
    const texts = said.flatMap((entry) => (typeof entry === 'string' ? [] : entry.map(({ text }) => text)));
    expect(texts).toEqual([
      'it failed',
      'There is no tool teleport. Tools: change, finish.',
      'input is not JSON',
      expect.stringContaining('wrong input'),
    ]);
  });

  it('does not accept finish beside a call that failed, nor without a summary', async () => {
    const { said, end } = await run([
      says('', call('change', { fail: true }), done),
      says('', call('finish', {})),
      says('', call('change'), done),
    ]);
    expect(end).toMatchObject({ summary: 'All good.', error: null });
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject([
      { isError: true },
      { isError: true, text: expect.stringContaining('Not finished') },
    ]);
  });

  it('S2: stops at its turn limit', async () => {
    const { end, asked } = await run(
      Array.from({ length: 9 }, () => says('', call('change'))),
      3,
    );
    expect(end.error).toMatchObject({ code: 'agent.turn-limit', fields: { turns: 3 } });
    expect(end.usage.turns).toBe(3);
    expect(asked).toBe(3);
  });

  it('M1: a broken answer is a failure with its cause, and what was spent is kept', async () => {
    const broken = runyardError('model.empty-answer', { model: 'm', missing: 'content' });
    const { end } = await run([says('', call('change')), broken]);
    expect(end.error).toMatchObject({
      code: 'agent.model-error',
      kind: 'retryable',
      fields: { code: 'model.empty-answer', status: null },
      causes: [broken.message],
    });
    expect(end.usage.turns).toBe(1);
  });
});
