import { describe, expect, it } from 'vitest';
import type { AgentActivity } from '../types.ts';
import { createClaudeReader } from './read-stream.ts';

const usage = {
  'claude-sonnet-5': {
    inputTokens: 200,
    outputTokens: 40,
    cacheReadInputTokens: 10,
    cacheCreationInputTokens: 6,
    costUSD: 0.0008,
  },
};
const done = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'All done.',
  terminal_reason: 'completed',
  num_turns: 3,
  total_cost_usd: 0.0008,
  permission_denials: [],
  usage: { input_tokens: 1 },
  model_usage_since_last_result: usage,
  session_id: 's-1',
};
const toolResult = {
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] },
};

function read(...events: readonly (object | string)[]) {
  const activities: AgentActivity[] = [];
  const reader = createClaudeReader((activity) => activities.push(activity));
  for (const event of events) reader.readLine(typeof event === 'string' ? event : JSON.stringify(event));
  return { outcome: reader.outcome(), activities };
}

describe('the stream of Claude Code', () => {
  it('has no outcome before its result event', () => {
    const { outcome } = read({ type: 'system', subtype: 'init', session_id: 's-1' }, toolResult);
    expect(outcome).toBeNull();
  });

  it('takes usage from the figures per model, cost from the total, turns from the messages', () => {
    const message = (id: string) => ({
      type: 'assistant',
      message: { id, content: [{ type: 'text', text: id }] },
    });
    const { outcome } = read(message('m1'), message('m1'), message('m2'), done);
    expect(outcome).toEqual({
      summary: 'All done.',
      error: null,
      reportedUsage: {
        inputTokens: 200,
        outputTokens: 40,
        cacheReadTokens: 10,
        cacheWriteTokens: 6,
        turns: 2,
      },
      reportedCostUsd: 0.0008,
      sessionId: 's-1',
    });
  });

  it('shows messages, thinking, tool calls and their results', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'x' },
      { type: 'text', text: 'Writing it.' },
      { type: 'tool_use', id: 't', name: 'Write', input: { file_path: 'a' } },
      { type: 'a_new_kind', value: 1 },
    ];
    const { activities } = read({ type: 'assistant', message: { id: 'm', content } }, toolResult);
    expect(activities).toEqual([
      { kind: 'thinking', name: null, text: 'hm' },
      { kind: 'message', name: null, text: 'Writing it.' },
      { kind: 'tool', name: 'Write', text: '{"file_path":"a"}' },
      { kind: 'tool-result', name: null, text: 'ok' },
    ]);
  });

  it('passes over lines that are no JSON, unknown types and missing fields', () => {
    const odd = [
      '',
      'not json',
      '[]',
      'null',
      '42',
      '{"type":1}',
      '{"type":"assistant"}',
      '{"type":"system"}',
    ];
    const { outcome, activities } = read(...odd, { type: 'ui_invalidate' }, { type: 'user', message: {} });
    expect({ outcome, activities }).toEqual({ outcome: null, activities: [] });
  });

  it('M1: an API error is a failure although its subtype says success', () => {
    const { outcome } = read({
      ...done,
      is_error: true,
      result: 'API Error: 401 invalid x-api-key',
      terminal_reason: 'api_error',
      api_error_status: 401,
    });
    expect(outcome?.error).toMatchObject({
      code: 'agent.model-error',
      kind: 'needs-human',
      fields: { status: 401, code: 'api_error' },
      why: 'API Error: 401 invalid x-api-key',
    });
  });

  it.each([
    [{ is_error: true, subtype: 'error_max_turns', terminal_reason: 'max_turns' }, 'agent.turn-limit'],
    [{ is_error: true, terminal_reason: 'prompt_too_long' }, 'agent.context-full'],
    [{ is_error: true, terminal_reason: 'aborted_tools' }, 'agent.reported-error'],
    [{ is_error: false, terminal_reason: 'something_new' }, 'agent.reported-error'],
    [{ is_error: true, terminal_reason: undefined }, 'agent.reported-error'],
    [{ is_error: 'yes' }, 'agent.reported-error'],
    [{ is_error: true, terminal_reason: 'api_error', api_error_status: null }, 'agent.model-error'],
    [{ result: '' }, 'agent.model-error'],
  ])('M1: %j is the failure %s', (fields, code) => {
    expect(read({ ...done, ...fields }).outcome?.error?.code).toBe(code);
  });

  it('fails when every tool was denied, and only then', () => {
    const denials = { ...done, permission_denials: [{ tool_name: 'Bash' }, { tool_name: 'Bash' }] };
    expect(read(denials).outcome?.error).toMatchObject({
      code: 'agent.permission-denied',
      fields: { tools: ['Bash'] },
    });
    const { outcome, activities } = read(toolResult, denials);
    expect(outcome?.error).toBeNull();
    expect(activities).toContainEqual({ kind: 'warning', name: 'Bash', text: 'The tool was denied.' });
  });

  it('warns of retries', () => {
    const { activities } = read({
      type: 'system',
      subtype: 'api_retry',
      attempt: 1,
      max_retries: 2,
      error_status: 529,
    });
    expect(activities).toEqual([
      { kind: 'warning', name: 'api_retry', text: 'The model call failed (HTTP 529); retry 1 of 2.' },
    ]);
  });

  it('keeps the first result: what follows belongs to background work', () => {
    expect(read(done, { ...done, result: 'later', is_error: true }).outcome?.summary).toBe('All done.');
  });
});
