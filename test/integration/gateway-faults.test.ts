import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { always, errorOf, startHarness } from './gateway-harness.ts';

type FaultInput = NonNullable<ScenarioInput['faults']>[number];

function faulty(fault: FaultInput): ScenarioInput {
  return { ...always({ text: 'fine at last' }), faults: [fault] };
}

const status = (code: number, more: object = {}): FaultInput => ({ kind: 'status', status: code, ...more });

describe('gateway: transient faults', () => {
  it('M5: tries again after 429, 408, 500, 502 with HTML, 503 and 529, and records how often', async () => {
    for (const code of [429, 408, 500, 503, 529]) {
      const { anthropic, calls, waits } = await startHarness(faulty(status(code, { times: 2 })));
      expect((await anthropic()).status).toBe(200);
      expect(calls[0]).toMatchObject({ retries: 2, status: 'ok', httpStatus: 200 });
      // Full jitter with a random number of one half: half of 1 s, half of 2 s.
      expect(waits).toEqual([500, 1000]);
    }
    const { openai } = await startHarness(faulty(status(502, { body: '<html>Bad gateway</html>' })));
    expect((await openai({ stream: true })).status).toBe(200);
  });

  it('M5: tries again after a reset or an error in the stream, as long as the agent has seen nothing', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const early: FaultInput = { kind: 'malformed', body: overloaded };
    const { anthropic, calls } = await startHarness(faulty(early));
    expect(await (await anthropic({ stream: true })).text()).toContain('fine');
    expect(calls[0]?.retries).toBe(1);
    const reset = await startHarness(faulty({ kind: 'reset' }));
    expect(await (await reset.anthropic()).json()).toMatchObject({ content: [{ text: 'fine at last' }] });
    expect(reset.calls[0]?.retries).toBe(1);
  });

  it('M5: a provider that sends no headers is given up after the first-byte limit and tried again', async () => {
    // The limit passes for the try that hangs, and not for the one that is answered, however slowly.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const firstByteMs = 200;
    const { anthropic, calls, model } = await startHarness(faulty({ kind: 'hang' }), {
      limits: { firstByteMs },
    });
    const asked = anthropic({ stream: true });
    await model.waitFor(() => true);
    vi.advanceTimersByTime(firstByteMs);
    expect(await (await asked).text()).toContain('fine');
    expect(calls[0]?.retries).toBe(1);
  });

  it('M5: honours Retry-After in seconds, milliseconds and as a date', async () => {
    const now = new Date('2026-11-21T10:00:00Z');
    const cases: [Record<string, string>, number][] = [
      [{ 'retry-after': '7' }, 7000],
      [{ 'retry-after': '1.5' }, 1500],
      [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
      [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:12 GMT' }, 12_000],
    ];
    for (const [headers, expected] of cases) {
      const { anthropic, waits, token } = await startHarness(faulty(status(429, { headers })), {
        clock: { now: () => now },
      });
      const good = token({ expiresAt: '2026-11-21T11:00:00Z' });
      expect((await anthropic({}, { token: good })).status).toBe(200);
      expect(waits).toEqual([expected + 500]);
    }
  });

  it('M5: a Retry-After that is negative, past or no number falls back to our own backoff', async () => {
    for (const header of ['-5', 'soon', '', 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      const { anthropic, waits } = await startHarness(
        faulty(status(429, { headers: { 'retry-after': header } })),
      );
      expect((await anthropic()).status).toBe(200);
      expect(waits).toEqual([500]);
    }
  });

  it('M5: a Retry-After beyond the bound is not waited for: the error says how long the provider wants', async () => {
    for (const [header, seconds] of [
      ['3600', 3600],
      ['99999999999', 30 * 24 * 3600],
    ] as const) {
      const fault = status(429, { headers: { 'retry-after': header }, times: 'always' });
      const { anthropic, waits, model } = await startHarness(faulty(fault));
      const response = await anthropic();
      expect(response.headers.get('retry-after')).toBe(String(seconds));
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(await errorOf(response)).toMatchObject({
        status: 429,
        type: 'rate_limit_error',
        runyard: { code: 'gateway.rate-limited', kind: 'retryable', fields: { waitSeconds: seconds } },
      });
      expect(waits).toEqual([]);
      expect(model.requests).toHaveLength(1);
    }
  });

  it('M5: gives up after its retries, and when a wait would outlast the call', async () => {
    const forever = await startHarness(faulty(status(529, { times: 'always' })), { retry: { retries: 3 } });
    expect(await errorOf(await forever.anthropic())).toMatchObject({
      status: 529,
      runyard: { code: 'gateway.provider-overloaded' },
    });
    expect(forever.model.requests).toHaveLength(4);
    expect(forever.calls[0]).toMatchObject({
      status: 'error',
      retries: 3,
      usage: { inputTokens: 0 },
      costUsd: 0,
    });
    const late = await startHarness(
      faulty(status(429, { headers: { 'retry-after': '20' }, times: 'always' })),
      {
        limits: { totalMs: 15_000 },
      },
    );
    await late.anthropic();
    expect(late.waits).toEqual([]);
  });
});

describe('gateway: permanent faults', () => {
  const cases: [string, number, unknown, string][] = [
    ['a wrong key', 401, undefined, 'gateway.rejected-key'],
    ['a bad request', 400, undefined, 'gateway.request-refused'],
    ['a forbidden region', 403, undefined, 'gateway.request-refused'],
    ['an unknown model', 404, undefined, 'gateway.unknown-model'],
    [
      '429 that is a used-up quota',
      429,
      {
        error: {
          type: 'insufficient_quota',
          code: 'insufficient_quota',
          message: 'You exceeded your current quota',
        },
      },
      'gateway.quota-exhausted',
    ],
    [
      '400 that is a used-up credit',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the API.',
        },
      },
      'gateway.quota-exhausted',
    ],
    [
      '402',
      402,
      { error: { message: 'This request requires more credits', code: 402 } },
      'gateway.quota-exhausted',
    ],
    [
      'a prompt that is too long',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'prompt is too long: 214907 tokens > 200000 maximum',
        },
      },
      'gateway.context-too-long',
    ],
  ];
  for (const [name, code, body, expected] of cases) {
    it(`M5: ${name} is not tried again`, async () => {
      const { anthropic, model, calls } = await startHarness(
        faulty(status(code, { times: 'always', ...(body !== undefined && { body }) })),
      );
      const error = await errorOf(await anthropic({ stream: true }));
      expect(error).toMatchObject({ status: code, runyard: { code: expected } });
      expect(model.requests).toHaveLength(1);
      expect(calls[0]).toMatchObject({ status: 'error', errorCode: expected, httpStatus: code, retries: 0 });
    });
  }

  it('M5: a rate limit is one although its type says invalid_request_error', async () => {
    const body = {
      error: { type: 'invalid_request_error', code: 'rate_limit_exceeded', message: 'slow down' },
    };
    const { openai, calls } = await startHarness(faulty(status(429, { body })));
    expect((await openai()).status).toBe(200);
    expect(calls[0]?.retries).toBe(1);
  });

  it("keeps the provider's own words for the agent", async () => {
    const message = 'prompt is too long: 214907 tokens > 200000 maximum';
    const body = { type: 'error', error: { type: 'invalid_request_error', message } };
    const { anthropic } = await startHarness(faulty(status(400, { body, times: 'always' })));
    expect(await errorOf(await anthropic())).toMatchObject({ type: 'invalid_request_error', message });
  });

  it('names a provider that cannot be reached', async () => {
    const port = await unusedPort();
    const { anthropic } = await startHarness(always({ text: 'x' }), {
      providers: [{ name: 'anthropic', kind: 'anthropic', baseUrl: `http://127.0.0.1:${port}`, apiKey: 'k' }],
    });
    expect(await errorOf(await anthropic())).toMatchObject({
      status: 502,
      message: expect.stringContaining('ECONNREFUSED'),
      runyard: { code: 'gateway.provider-unreachable', kind: 'retryable' },
    });
  });
});

describe('gateway: answers that are none', () => {
  const shapes: [string, unknown, string][] = [
    ['no choices', { id: 'x' }, 'choices'],
    ['empty choices', { choices: [] }, 'choices'],
    ['a null message', { choices: [{ message: null, finish_reason: 'stop' }] }, 'choices[0].message'],
    [
      'the finish reason on the message',
      { choices: [{ message: { content: 'x', finish_reason: 'stop' } }] },
      'choices[0].finish_reason',
    ],
    ['HTML', '<html>hello</html>', 'a JSON body'],
  ];
  for (const [name, body, missing] of shapes) {
    it(`M1: ${name} becomes a typed error that says what is missing`, async () => {
      const { openai, calls } = await startHarness(faulty({ kind: 'malformed', body, times: 'always' }));
      const error = await errorOf(await openai());
      expect(error).toMatchObject({ status: 502, runyard: { code: 'gateway.malformed-answer' } });
      expect(error.runyard.fields['missing']).toContain(missing);
      expect(calls[0]).toMatchObject({
        status: 'error',
        errorCode: 'gateway.malformed-answer',
        costUsd: null,
      });
    });
  }

  it('M1: the same for Anthropic, for empty bodies and for streams that do not begin as streams', async () => {
    const missing = async (fault: FaultInput, body: Record<string, unknown>) => {
      const { anthropic } = await startHarness(faulty(fault));
      const { runyard } = await errorOf(await anthropic(body));
      expect(runyard.code).toBe('gateway.malformed-answer');
      return runyard.fields['missing'];
    };
    expect(await missing({ kind: 'malformed' }, {})).toContain('type');
    expect(await missing({ kind: 'no-body' }, {})).toContain('the answer is empty');
    expect(await missing({ kind: 'no-body' }, { stream: true })).toContain('the stream is empty');
    expect(await missing({ kind: 'malformed' }, { stream: true })).toContain('message_start');
    expect(await missing({ kind: 'truncated' }, {})).toContain('a JSON body');
  });

  it('M1: an error inside an answer of status 200 is an error', async () => {
    const body = { error: { message: 'Provider returned error', code: 502 } };
    const { openai, calls } = await startHarness(faulty({ kind: 'malformed', body }));
    expect((await openai()).status).toBe(200);
    expect(calls[0]?.retries).toBe(1);
  });

  it('a stream that breaks in the middle ends with an error in the protocol of the agent', async () => {
    for (const kind of ['reset', 'truncated', 'sse-error'] as const) {
      const { anthropic, openai, calls } = await startHarness(faulty({ kind, times: 'always' }));
      const a = await (await anthropic({ stream: true })).text();
      expect(a).toContain('"type":"error"');
      expect(a).not.toContain('message_stop');
      const o = await (await openai({ stream: true })).text();
      expect(o).toContain('"error":');
      expect(calls).toMatchObject([
        { status: 'error', costUsd: null },
        { status: 'error', costUsd: null },
      ]);
    }
  });

  it('a stream that falls silent is cut after the idle limit and says so', async () => {
    const { anthropic, calls } = await startHarness(faulty({ kind: 'stall' }), { limits: { idleMs: 200 } });
    expect(await (await anthropic({ stream: true })).text()).toContain('gateway.provider-timeout');
    expect(calls[0]).toMatchObject({ status: 'error', errorCode: 'gateway.provider-timeout', costUsd: null });
  });

  it('a call ends at its total limit, whatever the provider does', async () => {
    const { anthropic, calls } = await startHarness(faulty({ kind: 'hang', times: 'always' }), {
      limits: { totalMs: 200, firstByteMs: 60_000 },
    });
    expect(await errorOf(await anthropic())).toMatchObject({
      status: 504,
      runyard: { code: 'gateway.provider-timeout', fields: { limit: 'total' } },
    });
    expect(calls).toHaveLength(1);
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}
