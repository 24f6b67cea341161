import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.ts';
import { always, errorOf, providerKey, startHarness, waitUntil } from './gateway-harness.ts';

const hello = always({ text: 'Hello there, how are you?' });

describe('gateway: pass-through', () => {
  it('M9: serves an Anthropic and an OpenAI provider, streaming and not, with the words of each', async () => {
    const { anthropic, openai } = await startHarness(hello);
    const whole = await (await anthropic()).json();
    expect(whole).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'Hello there, how are you?' }],
    });
    const streamed = await anthropic({ stream: true });
    expect(streamed.headers.get('content-type')).toContain('text/event-stream');
    expect(await streamed.text()).toMatch(/^event: message_start[\s\S]*event: message_stop\ndata: .*\n\n$/);
    expect(await (await openai()).json()).toMatchObject({ object: 'chat.completion' });
    const chunks = await (await openai({ stream: true })).text();
    expect(chunks.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('gives the provider its key and the agent nothing of it', async () => {
    const { anthropic, openai, model } = await startHarness(hello);
    const responses = [await anthropic(), await openai({ stream: true })];
    expect(model.requests.map(({ headers }) => headers['x-api-key'] ?? headers.authorization)).toEqual([
      providerKey,
      `Bearer ${providerKey}`,
    ]);
    for (const response of responses) {
      const seen = JSON.stringify([...response.headers]) + (await response.text());
      expect(seen).not.toContain(providerKey);
    }
  });

  it('keeps the key out of an error even when the provider repeats it', async () => {
    const body = { error: { type: 'invalid_request_error', message: `bad key ${providerKey}` } };
    const { anthropic } = await startHarness(
      always({ fault: { kind: 'status', status: 400, body, times: 'always' } }),
    );
    const text = await (await anthropic()).text();
    expect(text).toContain('bad key [redacted');
    expect(text).not.toContain(providerKey);
  });

  it('M8: passes a body that fits on byte for byte, with its odd spacing and escapes', async () => {
    const { url, token, model } = await startHarness(hello);
    const body = `{ "max_tokens":  10,"model":"claude-sonnet-5" , "messages":[{"role":"user","content":"\\u0068i \\/"}] }`;
    await fetch(`${url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': token() }, body });
    expect(model.requests[0]?.rawBody).toBe(body);
  });

  it('accepts the model as provider/model and sends the provider its own name', async () => {
    const { anthropic, model } = await startHarness(hello);
    expect((await anthropic({ model: 'anthropic/claude-sonnet-5' })).status).toBe(200);
    expect(model.requests[0]?.body).toMatchObject({ model: 'claude-sonnet-5' });
    expect(model.requests[0]?.path).toBe('/v1/messages?beta=true');
    expect(model.requests[0]?.headers).toMatchObject({
      'anthropic-beta': 'b1',
      'anthropic-version': '2023-06-01',
    });
  });

  it('M2: lowers the output limit and the thinking budget to what the model allows', async () => {
    const { anthropic, openai, model } = await startHarness(hello);
    await anthropic({ max_tokens: 500_000, thinking: { type: 'enabled', budget_tokens: 400_000 } });
    await openai({ max_tokens: 32_000 });
    await openai({ max_completion_tokens: 100 });
    expect(model.requests.map(({ body }) => body)).toMatchObject([
      { max_tokens: 128_000, thinking: { type: 'enabled', budget_tokens: 64_000 } },
      { max_tokens: 16_384 },
      { max_completion_tokens: 100 },
    ]);
  });

  it('streams without buffering: the first event is there while the provider is silent', async () => {
    const { anthropic, model } = await startHarness(
      always({ text: 'x', fault: { kind: 'stall', times: 'always' } }),
      {
        limits: { idleMs: 60_000 },
      },
    );
    const controller = new AbortController();
    const response = await anthropic({ stream: true }, { signal: controller.signal });
    const first = await response.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain('message_start');
    expect(model.requests[0]?.status).toBeNull();
    controller.abort();
    await waitUntil(() => model.requests[0]?.aborted === true);
  });

  it('reads from the provider no faster than the agent reads from it', async () => {
    const total = 48 * 1024 * 1024;
    let sent = 0;
    async function pour(response: http.ServerResponse): Promise<void> {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
      const event = `data: {"type":"ping","filler":"${'x'.repeat(64 * 1024)}"}\n\n`;
      while (sent < total && !response.destroyed) {
        sent += event.length;
        if (!response.write(event)) await once(response, 'drain');
      }
      response.end('data: {"type":"message_stop"}\n\n');
    }
    const provider = http.createServer((_request, response) => void pour(response));
    await new Promise<void>((resolve) => {
      provider.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      provider.closeAllConnections();
      provider.close();
    });
    const address = provider.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { anthropic } = await startHarness(hello, {
      providers: [
        { name: 'anthropic', kind: 'anthropic', baseUrl: `http://127.0.0.1:${port}`, apiKey: null },
      ],
    });
    const response = await anthropic({ stream: true });
    let received = 0;
    let ahead = 0;
    for await (const chunk of response.body ?? []) {
      received += (chunk as Uint8Array).length;
      ahead = Math.max(ahead, sent - received);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(received).toBeGreaterThanOrEqual(total);
    expect(ahead).toBeLessThan(total / 2);
  });

  it('stops the call to the provider when the agent hangs up, and records it as aborted', async () => {
    const { anthropic, model, calls } = await startHarness(
      always({ text: 'x', fault: { kind: 'hang', times: 'always' } }),
    );
    const controller = new AbortController();
    const asked = anthropic({}, { signal: controller.signal });
    await model.waitFor(() => true);
    controller.abort();
    await expect(asked).rejects.toThrow();
    // The provider hears of it over its own connection, perhaps after the call is recorded.
    await waitUntil(() => calls.length === 1 && model.requests[0]?.aborted === true);
    expect(calls[0]).toMatchObject({
      status: 'aborted',
      errorCode: 'gateway.client-gone',
      usage: null,
      costUsd: null,
    });
  });

  it('reaches providers through the proxy of the host, where it has one', async () => {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const address = proxy.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { anthropic } = await startHarness(hello, {
      providers: [{ name: 'anthropic', kind: 'anthropic', baseUrl: 'http://models.example', apiKey: 'k' }],
      proxyEnvironment: { HTTP_PROXY: `http://127.0.0.1:${port}` },
    });
    expect((await errorOf(await anthropic())).runyard.code).toBe('gateway.request-refused');
    expect(asked).toEqual(['http://models.example/v1/messages?beta=true']);
  });

  it('lists the models of the token, and counts tokens without recording a call', async () => {
    const { url, token, calls } = await startHarness(hello);
    const list = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${token()}` } });
    expect(await list.json()).toMatchObject({
      data: [{ id: 'anthropic/claude-sonnet-5' }, { id: 'openai/gpt-4o' }],
    });
    const count = await fetch(`${url}/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'x-api-key': token() },
      body: JSON.stringify({ model: 'claude-sonnet-5', messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(await count.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(calls).toEqual([]);
  });

  it('listens on a unix socket that only its user may use, beside TCP', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runyard-gateway-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const socketPath = join(folder, 'gateway.sock');
    const gateway = createGateway({
      providers: [],
      signingKey: 'k',
      isCurrent: async () => true,
      record: async () => undefined,
      onError: () => undefined,
    });
    await gateway.listenOnSocket(socketPath);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    const status = await new Promise((resolve, reject) => {
      http
        .get({ socketPath, path: '/v1/models' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject);
    });
    expect(status).toBe(401);
    await gateway.close();
    expect(() => statSync(socketPath)).toThrow();
  });
});

describe('gateway: who may ask for what', () => {
  it('refuses requests without a token, with a forged or an expired one', async () => {
    const { anthropic, openai, token, model } = await startHarness(hello);
    const expired = token({ expiresAt: new Date(Date.now() - 1).toISOString() });
    for (const bad of ['sk-something', `${token()}x`, expired]) {
      const error = await errorOf(await anthropic({}, { token: bad }));
      expect(error).toMatchObject({
        status: 401,
        type: 'authentication_error',
        runyard: { code: 'gateway.invalid-token' },
      });
      expect((await openai({}, { token: bad })).status).toBe(401);
    }
    expect(model.requests).toEqual([]);
  });

  it('refuses the token of an epoch that is over, within a second', async () => {
    let current = true;
    let now = new Date();
    const { anthropic, model } = await startHarness(hello, {
      isCurrent: async () => current,
      clock: { now: () => now },
    });
    expect((await anthropic()).status).toBe(200);
    current = false;
    now = new Date(now.getTime() + 1001);
    const error = await errorOf(await anthropic());
    expect(error).toMatchObject({
      status: 403,
      runyard: { code: 'gateway.stale-token', fields: { epoch: 1 } },
    });
    expect(model.requests).toHaveLength(1);
  });

  it('says it is unavailable, not that all is well, when ownership cannot be looked up', async () => {
    const { anthropic } = await startHarness(hello, {
      isCurrent: async () => {
        throw new Error('database down');
      },
    });
    expect(await errorOf(await anthropic())).toMatchObject({
      status: 503,
      runyard: { code: 'gateway.unavailable' },
    });
  });

  it('refuses models that are not in the token, unknown providers and the wrong protocol', async () => {
    const { anthropic, token } = await startHarness(hello);
    const refused = async (model: string, models: string[]) =>
      (await errorOf(await anthropic({ model }, { token: token({ models }) }))).runyard.code;
    expect(await refused('claude-opus-5', ['anthropic/claude-sonnet-5'])).toBe('gateway.model-not-allowed');
    expect(await refused('m', ['nowhere/m'])).toBe('gateway.unknown-provider');
    expect(await refused('gpt-4o', ['openai/gpt-4o'])).toBe('gateway.wrong-protocol');
  });

  it('answers rubbish with what is wrong with it', async () => {
    const { url, token } = await startHarness(hello);
    const post = (path: string, body: string) =>
      fetch(`${url}${path}`, { method: 'POST', headers: { 'x-api-key': token() }, body });
    expect((await errorOf(await post('/v1/messages', 'not json'))).runyard.code).toBe(
      'gateway.invalid-request',
    );
    expect((await errorOf(await post('/v1/messages', '{"messages":[]}'))).message).toContain('model');
    expect((await errorOf(await post('/v1/embeddings', '{}'))).status).toBe(404);
  });

  it('refuses the second large body of a run, and answers others, while the first is being read', async () => {
    const { url, token, model } = await startHarness(hello);
    const headers = { 'x-api-key': token(), 'content-type': 'application/json' };
    const body = Buffer.from(largeBody(4));
    const first = http.request(`${url}/v1/messages`, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
    });
    const order: string[] = [];
    const answered = once(first, 'response').then(([answer]: http.IncomingMessage[]) => {
      order.push('first');
      answer?.resume();
      return answer?.statusCode;
    });
    await new Promise((resolve) => {
      first.write(body.subarray(0, 2 * 1024 * 1024), resolve);
    });
    const post = (text: string | Buffer, key = token()) =>
      fetch(`${url}/v1/messages`, { method: 'POST', headers: { ...headers, 'x-api-key': key }, body: text });
    const second = await post(body);
    expect(second.headers.get('retry-after')).toBe('2');
    expect(await errorOf(second)).toMatchObject({ status: 429, runyard: { code: 'gateway.busy' } });
    expect((await post(body, token({ runId: 'run2' }))).status).toBe(200);
    expect((await post(largeBody(0))).status).toBe(200);
    order.push('others');
    first.end(body.subarray(2 * 1024 * 1024));
    expect(await answered).toBe(200);
    expect(order).toEqual(['others', 'first']);
    expect((await post(body)).status).toBe(200);
    expect(model.requests[0]?.rawBody).toBe(body.toString().replace('999999', '128000'));
  });

  it('refuses a body that is too large in words, however it is sent', async () => {
    const { url, token } = await startHarness(hello);
    const headers = { 'x-api-key': token() };
    const refused = await fetch(`${url}/v1/messages`, { method: 'POST', headers, body: largeBody(20) });
    expect((await errorOf(refused)).message).toContain('larger than');
  });

  it('answers an address that is none', async () => {
    const { url } = await startHarness(hello);
    const request = http.get({ host: '127.0.0.1', port: new URL(url).port, path: '//' });
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(404);
  });
});

function largeBody(mebibytes: number): string {
  const messages = `${'{},'.repeat((mebibytes * 1024 * 1024) / 3)}{}`;
  return `{"model":"claude-sonnet-5","max_tokens":999999,"messages":[{"role":"user","content":"hello"}],"a":[${messages}]}`;
}
