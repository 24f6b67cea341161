import { describe, expect, it } from 'vitest';
import { priceOf } from '../../src/model/prices.ts';
import { always, startHarness, waitUntil } from './gateway-harness.ts';

const text = 'one two three four';

describe('gateway: metering', () => {
  it('O1: records every call, and the sum of the calls is what the provider reported', async () => {
    const { anthropic, openai, calls } = await startHarness(always({ text }));
    const a = (await (await anthropic()).json()) as { usage: Record<string, number> };
    const o = (await (await openai()).json()) as { usage: Record<string, number> };
    await (await anthropic({ stream: true })).text();
    await (await openai({ stream: true, stream_options: { include_usage: true } })).text();
    expect(calls).toHaveLength(4);
    const sum = calls.reduce((total, call) => total + (call.usage?.inputTokens ?? 0), 0);
    expect(sum).toBe(2 * ((a.usage['input_tokens'] ?? 0) + (o.usage['prompt_tokens'] ?? 0)));
    const output = calls.reduce((total, call) => total + (call.usage?.outputTokens ?? 0), 0);
    expect(output).toBe(2 * ((a.usage['output_tokens'] ?? 0) + (o.usage['completion_tokens'] ?? 0)));
    for (const call of calls) {
      expect(call).toMatchObject({
        runId: 'run1',
        epoch: 1,
        stage: 'implement',
        attempt: 2,
        status: 'ok',
        retries: 0,
      });
      expect(call.requestId).toMatch(/^req_scripted_/);
      const price = call.usage && priceOf(`${call.provider}/${call.model}`, call.usage);
      expect(call.costUsd).toBeCloseTo(price?.usd ?? Number.NaN);
    }
    expect(new Set(calls.map(({ id }) => id)).size).toBe(4);
  });

  it('O1: asks for usage where the agent does not, and takes the extra event out again', async () => {
    const { openai, calls, model } = await startHarness(always({ text }));
    const seen = await (await openai({ stream: true })).text();
    expect(seen).not.toContain('prompt_tokens');
    expect(seen).toContain('"finish_reason":"stop"');
    expect(seen.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(model.requests[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
    expect(calls[0]?.usage?.outputTokens).toBeGreaterThan(0);
  });

  it('M8: tells cache reads and writes apart from plain input, for both protocols', async () => {
    const { anthropic, openai, calls } = await startHarness(always({ text }));
    const system = [{ type: 'text', text: 'long '.repeat(2000), cache_control: { type: 'ephemeral' } }];
    for (const content of ['first', 'second']) {
      await (await anthropic({ system, messages: [{ role: 'user', content }] })).text();
      const messages = [
        { role: 'system', content: 'long '.repeat(2000) },
        { role: 'user', content },
      ];
      await (await openai({ messages, stream: true })).text();
    }
    const [firstA, firstO, secondA, secondO] = calls.map(({ usage }) => usage);
    expect(firstA).toMatchObject({ cacheReadTokens: 0, cacheWriteTokens: expect.any(Number) });
    expect(secondA).toMatchObject({ cacheReadTokens: firstA?.cacheWriteTokens, cacheWriteTokens: 0 });
    expect(firstO?.cacheReadTokens).toBe(0);
    expect(secondO?.cacheReadTokens).toBeGreaterThan(2000);
    expect(calls[2]?.costUsd).toBeLessThan(calls[0]?.costUsd ?? 0);
  });

  it('O1: usage that is missing or absurd is unknown, never zero', async () => {
    for (const usage of ['missing', { input: -5 }, { output: 1e12 }, { input: 1.5 }] as const) {
      const { anthropic, openai, calls } = await startHarness(always({ text, usage }));
      for (const stream of [true, false]) {
        expect((await anthropic({ stream })).status).toBe(200);
        await (await openai({ stream })).text();
      }
      await waitUntil(() => calls.length === 4);
      for (const call of calls) expect(call).toMatchObject({ status: 'ok', usage: null, costUsd: null });
    }
  });

  it('O1: an unknown price is null while the tokens are still counted', async () => {
    const { anthropic, token, calls } = await startHarness(always({ text }));
    await (
      await anthropic({ model: 'brand-new' }, { token: token({ models: ['anthropic/brand-new'] }) })
    ).text();
    expect(calls[0]).toMatchObject({ costUsd: null, usage: { outputTokens: expect.any(Number) } });
  });

  it('a record that cannot be stored is reported and does not spoil the answer', async () => {
    const { anthropic, problems } = await startHarness(always({ text }), {
      record: async () => {
        throw new Error('database down');
      },
    });
    expect((await anthropic()).status).toBe(200);
    expect(String(problems[0])).toContain('database down');
  });

  it('the record is there before the answer is complete', async () => {
    const order: string[] = [];
    const { anthropic } = await startHarness(always({ text }), {
      record: async () => {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        order.push('recorded');
      },
    });
    await (await anthropic()).text();
    order.push('answered');
    expect(order).toEqual(['recorded', 'answered']);
  });
});
