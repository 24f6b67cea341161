import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiErrorSchema, runResponseSchema } from '../../src/api/contract.ts';
import { createApiServer } from '../../src/api/server.ts';
import { issueWorkerToken } from '../../src/api/worker-token.ts';
import { testApiDependencies } from './api-dependencies.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const apiToken = 'token-of-this-test';
const signingKey = 'key-of-this-test';
const unexpected: unknown[] = [];
let database: TestDatabase;
let folder: string;
let api: FastifyInstance;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-api-'));
  database = await startTestDatabase();
  const dependencies = testApiDependencies({
    queue: database.queue,
    folder,
    apiToken,
    signingKey,
    onUnexpected: (error) => unexpected.push(error),
  });
  api = createApiServer(dependencies);
  await api.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = api.server.address() as AddressInfo);
});
afterAll(async () => {
  await api.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(unexpected, []);
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

async function send({ method, path: url, body, headers = {}, token = apiToken }: Sent) {
  const request = http.request({
    port,
    method,
    path: url,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, json: JSON.parse(text) as unknown };
}

const json = { 'content-type': 'application/json' };
const long = 'x'.repeat(101);

describe('every error answer has the shape of the contract', () => {
  it.each<[string, Sent, number, string]>([
    ['an unknown route', { method: 'GET', path: '/nowhere' }, 404, 'api.not-found'],
    ['a wrong method', { method: 'DELETE', path: '/api/v1/runs' }, 404, 'api.not-found'],
    [
      'a path that cannot be decoded',
      { method: 'GET', path: '/api/v1/runs/%zz' },
      400,
      'api.invalid-request',
    ],
    ['a part that is too long', { method: 'GET', path: `/api/v1/runs/${long}` }, 414, 'api.invalid-request'],
    [
      'the name of an artifact that is too long',
      { method: 'PUT', path: `/worker/v1/artifacts/${long}`, body: 'x' },
      414,
      'api.invalid-request',
    ],
    [
      'an id that is too long',
      { method: 'GET', path: `/api/v1/runs/${long.slice(0, 70)}` },
      400,
      'api.invalid-request',
    ],
    [
      'a body that is no JSON',
      { method: 'POST', path: '/api/v1/runs', body: '{"spec":', headers: json },
      400,
      'api.invalid-request',
    ],
    ['an empty body', { method: 'POST', path: '/api/v1/runs', headers: json }, 400, 'api.invalid-request'],
    [
      'a body of another type',
      { method: 'POST', path: '/api/v1/runs', body: 'a=b', headers: { 'content-type': 'text/csv' } },
      415,
      'api.invalid-request',
    ],
    [
      'a body that is too large',
      { method: 'POST', path: '/api/v1/runs', body: `"${'x'.repeat(5 * 1024 * 1024)}"`, headers: json },
      413,
      'api.invalid-request',
    ],
    ['a wrong token', { method: 'GET', path: '/api/v1/runs', token: 'other' }, 401, 'api.unauthorized'],
    ['a wrong query', { method: 'GET', path: '/api/v1/runs?limit=x' }, 400, 'api.invalid-request'],
  ])('%s', async (_, request, status, code) => {
    const answer = await send(request);
    expect(answer.status).toBe(status);
    expect(apiErrorSchema.parse(answer.json).error).toMatchObject({ code });
  });

  it('what is no HTTP at all, and headers that are too long', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"api\.invalid-request"/);
    const header = `GET / HTTP/1.1\r\nhost: x\r\nlong: ${'x'.repeat(100_000)}\r\n\r\n`;
    expect(await raw(header)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"api\.invalid-request"/);
  });

  it('a worker that may, and an artifact whose name is none', async () => {
    await send({
      method: 'POST',
      path: '/api/v1/runs',
      body: JSON.stringify({ spec: testSpec() }),
      headers: json,
    });
    const [claim] = await claimAll(database.queue);
    const token = issueWorkerToken(
      { runId: claim?.run.id ?? '', workerId: claim?.run.owner ?? '', epoch: claim?.epoch ?? 0 },
      signingKey,
    );
    const path = '/worker/v1/artifacts/Not%20a%20name';
    const answer = await send({ method: 'GET', path, token });
    expect(answer.status).toBe(400);
    expect(apiErrorSchema.parse(answer.json).error.why).toContain('not an artifact name');
  });
});

async function raw(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('POST /api/v1/runs with an idempotency key', () => {
  const post = (title: string, headers: Sent['headers'] = {}) => {
    const spec = testSpec({ ticket: { key: null, title, body: 'a\0b' } });
    return send({
      method: 'POST',
      path: '/api/v1/runs',
      body: JSON.stringify({ spec }),
      headers: { ...json, ...headers },
    });
  };
  const key = { 'idempotency-key': 'hook-7' };

  it('Q7: gives the same run for the same request, and refuses the key for another one', async () => {
    const first = await post('One', key);
    const again = await post('One', key);
    expect([first.status, again.status]).toEqual([201, 200]);
    const { run } = runResponseSchema.parse(first.json);
    expect(runResponseSchema.parse(again.json).run.id).toBe(run.id);

    const other = await post('Two', key);
    expect(other.status).toBe(422);
    const { error } = apiErrorSchema.parse(other.json);
    expect(error).toMatchObject({ code: 'api.idempotency-key-reused', kind: 'permanent' });
    expect(error.fields).toEqual({ key: 'hook-7', run: run.id, differing: ['ticket.title'] });
    expect(error.why).toContain(run.id);
  });

  it('refuses a key that is too long', async () => {
    expect((await post('One', { 'idempotency-key': 'x'.repeat(201) })).status).toBe(400);
  });
});

describe('a start that takes long', () => {
  it('is no pressure: the first requests are answered', async () => {
    const dependencies = testApiDependencies({
      queue: database.queue,
      folder,
      apiToken,
      signingKey,
      onUnexpected: (error) => unexpected.push(error),
    });
    const slow = createApiServer(dependencies);
    try {
      await slow.ready();
      // The event loop stands still, as it does while programs load on a machine under load.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
      const url = await slow.listen({ host: '127.0.0.1', port: 0 });
      const headers = { authorization: `Bearer ${apiToken}` };
      const statuses: number[] = [];
      for (let n = 0; n < 20; n++) {
        const { status } = await fetch(`${url}/api/v1/runs`, { headers });
        statuses.push(status);
      }
      expect(new Set(statuses)).toEqual(new Set([200]));
    } finally {
      await slow.close();
    }
  });
});
