import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type RunyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { issueGatewayToken } from '../../src/gateway/token.ts';
import {
  callModel,
  type ModelDelta,
  type ModelMessage,
  type ModelRequest,
  type ModelTool,
} from '../../src/model/call-model.ts';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { always, type Harness, startHarness } from './gateway-harness.ts';

type FaultInput = NonNullable<ScenarioInput['faults']>[number];

const quick = { retries: 2, initialDelayMs: 1, maxDelayMs: 2 };
const protocols = ['anthropic', 'openai'] as const;

function requestTo(
  harness: Harness,
  protocol: 'anthropic' | 'openai',
  more: Partial<ModelRequest> = {},
): ModelRequest {
  return {
    gateway: { url: harness.url, token: harness.token(), protocol },
    modelRef: protocol === 'anthropic' ? 'anthropic/claude-sonnet-5' : 'openai/gpt-4o',
    system: 'You mend code.',
    messages: [{ role: 'user', content: 'go' }],
    thinkingTokens: 0,
    timeouts: { totalMs: 20_000, firstByteMs: 10_000, idleMs: 10_000 },
    signal: AbortSignal.timeout(30_000),
    retry: quick,
    ...more,
  };
}

/** Straight to the scripted model: what the gateway would have caught must be caught here too. */
async function requestWithoutGateway(scenario: ScenarioInput, protocol: 'anthropic' | 'openai') {
  const model = await startScriptedModel(scenario);
  onTestFinished(() => model.close());
  const request: ModelRequest = {
    gateway: { url: model.url, token: 't', protocol },
    modelRef: protocol === 'anthropic' ? 'anthropic/claude-sonnet-5' : 'openai/gpt-4o',
    system: 'You mend code.',
    messages: [{ role: 'user', content: 'go' }],
    thinkingTokens: 0,
    timeouts: { totalMs: 20_000, firstByteMs: 10_000, idleMs: 10_000 },
    signal: AbortSignal.timeout(30_000),
    retry: { retries: 0 },
  };
  return { model, request };
}

async function failureOf(promise: Promise<unknown>): Promise<RunyardError> {
  return promise.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: RunyardError) => error,
  );
}

const tools: ModelTool[] = [
  {
    name: 'write_file',
    description: 'Writes a file.',
    input: z.object({ path: z.string().min(1), content: z.string() }),
  },
  { name: 'finish', description: 'Ends the work.', input: z.object({ summary: z.string() }) },
];

describe('callModel', () => {
  it('M9: holds a conversation with tools over both protocols, and the sums agree with the gateway (O1)', async () => {
    for (const protocol of protocols) {
      const harness = await startHarness({
        conversations: [
          {
            name: 'a',
            steps: [{ say: 'First.', write: { path: 'a.txt', content: '1' } }, { finish: 'Done.' }],
          },
        ],
      });
      const messages: ModelMessage[] = [{ role: 'user', content: 'go' }];
      const first = await callModel(requestTo(harness, protocol, { messages, tools }));
      expect(first).toMatchObject({ text: 'First.', finishReason: 'tool-calls' });
      expect(first.toolCalls).toMatchObject([
        { name: 'write_file', input: { path: 'a.txt', content: '1' }, problem: null },
      ]);
      const [call] = first.toolCalls;
      messages.push(first.message, {
        role: 'tool',
        results: [{ id: call?.id ?? '', name: 'write_file', text: 'Written.', isError: false }],
      });
      const second = await callModel(requestTo(harness, protocol, { messages, tools }));
      expect(second.toolCalls).toMatchObject([{ name: 'finish', input: { summary: 'Done.' } }]);
      const { turns, ...spoken } = second.usage;
      expect(turns).toBe(1);
      expect(harness.calls.map(({ usage }) => usage)).toEqual([
        expect.objectContaining({
          outputTokens: first.usage.outputTokens,
          inputTokens: first.usage.inputTokens,
        }),
        spoken,
      ]);
    }
  });

  it('M9: speaks to any OpenAI-compatible endpoint', async () => {
    const { request, model } = await requestWithoutGateway(
      { conversations: [{ name: 'a', steps: [{ say: 'So.', write: { path: 'a', content: 'b' } }] }] },
      'openai',
    );
    const answer = await callModel({
      ...request,
      modelRef: 'local/qwen3-coder',
      tools,
      maxOutputTokens: 500,
    });
    expect(answer.toolCalls).toMatchObject([{ name: 'write_file', input: { path: 'a', content: 'b' } }]);
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
    expect(model.requests[0]?.body).toMatchObject({ model: 'qwen3-coder', max_tokens: 500 });
  });

  it('M8: sends the prefix byte-identical in every turn, marks it, and most of the second turn comes from the cache', async () => {
    const harness = await startHarness({
      conversations: [{ name: 'a', steps: [{ write: { path: 'a', content: 'b' } }, { finish: 'Done.' }] }],
    });
    const system = 'Know this repository. '.repeat(400);
    const messages: ModelMessage[] = [{ role: 'user', content: 'go' }];
    const first = await callModel(requestTo(harness, 'anthropic', { system, messages, tools }));
    const id = first.toolCalls[0]?.id ?? '';
    messages.push(first.message, {
      role: 'tool',
      results: [{ id, name: 'write_file', text: 'ok', isError: false }],
    });
    const second = await callModel(requestTo(harness, 'anthropic', { system, messages, tools }));

    const [before, after] = harness.model.requests.map(({ body }) => body as Record<string, unknown>);
    expect(JSON.stringify(after?.['system'])).toBe(JSON.stringify(before?.['system']));
    expect(JSON.stringify(after?.['tools'])).toBe(JSON.stringify(before?.['tools']));
    expect(JSON.stringify(before?.['system'])).toContain('"cache_control":{"type":"ephemeral"}');
    const { cacheReadTokens, inputTokens, cacheWriteTokens } = second.usage;
    const share = cacheReadTokens / (cacheReadTokens + inputTokens + cacheWriteTokens);
    expect(share).toBeGreaterThan(0.9);
    expect(harness.calls[1]?.usage).toMatchObject({ cacheReadTokens, cacheWriteTokens });
  });

  it('M7: asks each kind of model to think in its own terms, within its limits', async () => {
    const harness = await startHarness(always({ text: 'ok', thinking: 'let me think' }));
    const bodyFor = async (modelRef: string, thinkingTokens: number, maxOutputTokens?: number) => {
      const protocol = modelRef.startsWith('openai') ? 'openai' : 'anthropic';
      const token = harness.token({ models: [modelRef] });
      const answer = await callModel(
        requestTo(harness, protocol, {
          modelRef,
          thinkingTokens,
          gateway: { url: harness.url, token, protocol },
          ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        }),
      );
      return { answer, body: harness.model.requests.at(-1)?.body };
    };
    const budget = await bodyFor('anthropic/claude-sonnet-4-5', 10_000, 4000);
    expect(budget.body).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 10_000 },
      max_tokens: 14_000,
    });
    expect(budget.answer.thinking).toBe('let me think');
    expect((await bodyFor('anthropic/claude-sonnet-5', 10_000)).body).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'medium' },
    });
    expect((await bodyFor('anthropic/claude-3-5-haiku', 10_000)).body).not.toHaveProperty('thinking');
    expect((await bodyFor('anthropic/claude-3-5-haiku', 10_000)).body).toMatchObject({ max_tokens: 8192 });
    expect((await bodyFor('openai/gpt-5.5', 20_000)).body).toMatchObject({ reasoning_effort: 'high' });
    expect((await bodyFor('openai/gpt-4o', 10_000)).body).not.toHaveProperty('reasoning_effort');
    expect((await bodyFor('anthropic/claude-sonnet-5', 0)).body).not.toHaveProperty('thinking');
  });

  it('gives a structured answer, and names what is wrong with one that does not fit', async () => {
    const schema = z.object({ name: z.string(), size: z.number() });
    for (const protocol of protocols) {
      const harness = await startHarness({
        conversations: [
          { name: 'bad', match: { lastUser: 'bad' }, steps: [{ json: { name: 'x' } }] },
          { name: 'none', match: { lastUser: 'none' }, steps: [{ text: 'I would rather not.' }] },
          { name: 'good', steps: [{ json: { name: 'x', size: 3 } }] },
        ],
      });
      const ask = (content: string) =>
        callModel({ ...requestTo(harness, protocol), messages: [{ role: 'user', content }], schema });
      expect((await ask('good')).object).toEqual({ name: 'x', size: 3 });
      expect(await failureOf(ask('bad'))).toMatchObject({
        code: 'model.invalid-object',
        fields: { problems: [expect.stringContaining('size')] },
      });
      expect((await failureOf(ask('none'))).message).toContain('no JSON object');
    }
  });

  it('M1: a tool call that cannot be used is a typed problem beside the call, and the conversation can go on', async () => {
    for (const protocol of protocols) {
      const harness = await startHarness({
        conversations: [
          {
            name: 'a',
            steps: [
              {
                all: [
                  { tool: { name: 'write_file', input: '{"path": "a.txt", "cont' } },
                  { tool: { name: 'write_file', input: { path: 3 } } },
                  { tool: { name: 'launch', input: {} } },
                ],
              },
              { finish: 'Done.' },
            ],
          },
        ],
      });
      const messages: ModelMessage[] = [{ role: 'user', content: 'go' }];
      const answer = await callModel(requestTo(harness, protocol, { messages, tools }));
      expect(answer.toolCalls.map(({ problem }) => problem?.code)).toEqual(
        Array(3).fill('model.malformed-tool-call'),
      );
      const reasons = answer.toolCalls.map(({ problem }) => problem?.text.why ?? '');
      expect(reasons[0]).toContain('not valid JSON');
      expect(reasons[1]).toContain('path');
      expect(reasons[2]).toContain('no such tool');
      const results = answer.toolCalls.map(({ id, name }, index) => ({
        ...{ id, name, isError: true },
        text: reasons[index] ?? '',
      }));
      messages.push(answer.message, { role: 'tool', results });
      const next = await callModel(requestTo(harness, protocol, { messages, tools }));
      expect(next.toolCalls[0]?.name).toBe('finish');
    }
  });

  it('shows what arrives, and reaches a gateway on a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runyard-call-'));
    const model = await startScriptedModel(always({ text: 'one two three', thinking: 'hm' }));
    const gateway = createGateway({
      providers: [{ name: 'anthropic', kind: 'anthropic', baseUrl: model.url, apiKey: null }],
      signingKey: 'k',
      isCurrent: async () => true,
      record: async () => undefined,
      onError: () => undefined,
    });
    onTestFinished(async () => {
      await gateway.close();
      await model.close();
      rmSync(folder, { recursive: true });
    });
    const socketPath = join(folder, 'g.sock');
    await gateway.listenOnSocket(socketPath);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const modelRef = 'anthropic/claude-sonnet-5';
    const claims = {
      runId: 'r',
      epoch: 1,
      stage: 'plan',
      attempt: 0,
      models: [modelRef],
      expiresAt,
    } as const;
    const deltas: ModelDelta[] = [];
    const answer = await callModel({
      gateway: {
        url: 'http://gateway',
        socketPath,
        protocol: 'anthropic',
        token: issueGatewayToken({ ...claims, models: [modelRef] }, 'k'),
      },
      modelRef,
      system: 's',
      messages: [{ role: 'user', content: 'go' }],
      thinkingTokens: 8000,
      timeouts: { totalMs: 10_000, firstByteMs: 5000, idleMs: 5000 },
      signal: AbortSignal.timeout(20_000),
      onDelta: (delta) => deltas.push(delta),
    });
    expect(answer.text).toBe('one two three');
    expect(deltas.map((delta) => (delta.kind === 'text' ? delta.text : '')).join('')).toBe('one two three');
    expect(deltas[0]).toEqual({ kind: 'thinking', text: 'hm' });
  });
});

describe('callModel: answers that are not whole', () => {
  const cases: [FaultInput['kind'], string][] = [
    ['empty', 'model.empty-answer'],
    ['length', 'model.output-limit'],
    ['refusal', 'model.refused'],
    ['truncated', 'model.interrupted'],
    ['no-body', 'gateway.malformed-answer'],
    ['malformed', 'gateway.malformed-answer'],
  ];
  for (const [kind, code] of cases) {
    it(`M1: ${kind} is a failure with code ${code}`, async () => {
      for (const protocol of protocols) {
        const fault = { kind, times: 'always' } as FaultInput;
        const harness = await startHarness({
          ...always({ text: 'a longer answer to cut' }),
          faults: [fault],
        });
        const error = await failureOf(callModel(requestTo(harness, protocol, { retry: { retries: 0 } })));
        expect(error.code, protocol).toBe(code);
      }
    });
  }

  it('M1: without a gateway in between, every broken answer is typed too and says what was missing', async () => {
    const kinds = ['empty', 'length', 'truncated', 'reset', 'sse-error', 'no-body', 'malformed'] as const;
    for (const protocol of protocols) {
      for (const kind of kinds) {
        const fault = { kind, times: 'always' } as FaultInput;
        const { request } = await requestWithoutGateway(
          { ...always({ text: 'a longer answer to cut' }), faults: [fault] },
          protocol,
        );
        const error = await failureOf(callModel(request));
        expect(error.code, `${protocol} ${kind}`).toMatch(
          /^model\.(?:empty-answer|output-limit|interrupted|malformed-answer)$/,
        );
        expect(toErrorData(error).why).not.toBe('');
      }
    }
  });

  it('M5: tries again after an answer that was cut or empty, and says so', async () => {
    for (const kind of ['truncated', 'empty', 'no-body'] as const) {
      const harness = await startHarness({
        ...always({ text: 'fine at last' }),
        faults: [{ kind, times: 2 }],
      });
      const deltas: ModelDelta[] = [];
      const onDelta = (delta: ModelDelta) => deltas.push(delta);
      const answer = await callModel(requestTo(harness, 'anthropic', { onDelta }));
      expect(answer).toMatchObject({ text: 'fine at last', retries: 2 });
      expect(deltas.filter((delta) => delta.kind === 'restart')).toHaveLength(2);
      expect(harness.calls).toHaveLength(3);
    }
  });

  it('M5: does not try again what the gateway says is permanent, and passes its error on with its fields', async () => {
    const harness = await startHarness({ expectKey: 'another key', ...always({ text: 'x' }) });
    for (const protocol of protocols) {
      const error = await failureOf(callModel(requestTo(harness, protocol)));
      expect(error).toMatchObject({
        code: 'gateway.rejected-key',
        kind: 'needs-human',
        fields: { status: 401 },
      });
    }
    expect(harness.model.requests).toHaveLength(2);
    const limited = await startHarness({
      ...always({ text: 'x' }),
      faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '3600' }, times: 'always' }],
    });
    expect(await failureOf(callModel(requestTo(limited, 'anthropic')))).toMatchObject({
      code: 'gateway.rate-limited',
      fields: { waitSeconds: 3600 },
    });
    expect(limited.model.requests).toHaveLength(1);
  });

  it('ends at each of its limits: no headers, headers and then silence, too long in all', async () => {
    const limits = { totalMs: 60_000, firstByteMs: 60_000, idleMs: 60_000 };
    const cases: [FaultInput['kind'], object, string][] = [
      ['hang', { firstByteMs: 150 }, 'first-byte'],
      ['stall', { idleMs: 150 }, 'idle'],
      ['hang', { totalMs: 150 }, 'total'],
    ];
    for (const protocol of protocols) {
      for (const [kind, limit, name] of cases) {
        const scenario = { ...always({ text: 'x' }), faults: [{ kind, times: 'always' } as FaultInput] };
        const { request } = await requestWithoutGateway(scenario, protocol);
        const error = await failureOf(callModel({ ...request, timeouts: { ...limits, ...limit } }));
        expect(error).toMatchObject({ code: 'model.timed-out', fields: { limit: name } });
      }
    }
  });

  it('stops at once when the caller aborts, with the reason of the caller', async () => {
    const scenario = { ...always({ text: 'x' }), faults: [{ kind: 'stall', times: 'always' } as const] };
    const { request, model } = await requestWithoutGateway(scenario, 'anthropic');
    const controller = new AbortController();
    const asked = failureOf(callModel({ ...request, signal: controller.signal }));
    await model.waitFor(() => true);
    controller.abort(new Error('run cancelled'));
    expect(String(await asked)).toContain('run cancelled');
  });

  it('names a gateway that is not there', async () => {
    const { request, model } = await requestWithoutGateway(always({ text: 'x' }), 'openai');
    await model.close();
    const error = await failureOf(callModel(request));
    expect(error).toMatchObject({ code: 'model.unreachable', fields: { url: model.url } });
    expect(error.message).toContain('ECONNREFUSED');
  });
});
