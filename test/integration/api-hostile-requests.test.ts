import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { createApiServer } from '../../src/api/server.ts';
import { issueWorkerToken } from '../../src/api/worker-token.ts';
import { testApiDependencies } from './api-dependencies.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

const apiToken = 'token-of-this-test';
const secret = 'what-no-request-may-read';
const unexpected: unknown[] = [];
let database: TestDatabase;
let folder: string;
let dashboardFolder: string;
let api: FastifyInstance;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-hostile-'));
  dashboardFolder = path.join(folder, 'dist');
  await mkdir(path.join(dashboardFolder, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), secret);
  await writeFile(path.join(dashboardFolder, 'index.html'), '<!doctype html><title>Runyard</title>');
  await writeFile(path.join(dashboardFolder, 'theme.js'), '');
  await writeFile(path.join(dashboardFolder, 'assets', 'page.js'), 'export {};');
  database = await startTestDatabase();
  [api, port] = await startServer();
});
afterAll(async () => {
  await api.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function startServer(
  more: Pick<ApiDependencies, 'slowestRequestMs'> = {},
): Promise<[FastifyInstance, number]> {
  const given = { queue: database.queue, folder, apiToken, signingKey: 'key-of-this-test' };
  const dependencies = testApiDependencies({ ...given, onUnexpected: (error) => unexpected.push(error) });
  const server = createApiServer({ ...dependencies, dashboardFolder, ...more });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return [server, (server.server.address() as AddressInfo).port];
}

describe('a server that is asked for what it must not do', () => {
  it('refuses a body of 25 MB without keeping it, and goes on', async () => {
    const answer = await send({ method: 'POST', path: '/api/v1/runs', body: Buffer.alloc(25_000_000, 'x') });
    expect([413, 'cut']).toContain(answer.status);
    expect((await send({ path: '/api/v1/runs' })).status).toBe(200);
  });

  it('S5: takes a large checkpoint from a worker, and from nobody else', async () => {
    const attempt = { number: 1, rung: 0, agent: 'a', model: null, outcome: 'no-changes', commit: null };
    const rest = { verdict: null, error: null, reportedUsage: null, durationMs: 1 };
    const attempts = [{ ...attempt, ...rest, summary: 'x'.repeat(6_000_000) }];
    const checkpoint = { stage: 'test', baseCommit: 'b', plan: null, attempts, candidate: null };
    const worker = issueWorkerToken({ runId: 'gone', workerId: 'w', epoch: 1 }, 'key-of-this-test');
    const post = (token: string) =>
      api.inject({
        method: 'POST',
        url: '/worker/v1/checkpoint',
        headers: { authorization: `Bearer ${token}` },
        payload: { checkpoint },
      });
    // Read whole: its run is not there any more.
    expect((await post(worker)).json()).toMatchObject({ error: { code: 'run.stale-owner' } });
    expect((await post('none')).statusCode).toBe(401);
  });

  it('S2: drops a request whose body never ends', async () => {
    // Of its own: on a busy machine a whole request takes as long, too.
    const [impatient, itsPort] = await startServer({ slowestRequestMs: 300 });
    onTestFinished(() => impatient.close());
    const socket = connect(itsPort, '127.0.0.1');
    const answered = new Promise<string>((resolve, reject) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    socket.write(
      `POST /api/v1/runs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${apiToken}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
    );
    expect(await answered).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each([
    '/assets/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/../secret.txt',
    '/api/v1/runs/..%2f..%2fsecret.txt/log/download',
    '/api/v1/runs/x/salvage/..%2f..%2fsecret.txt/patch',
    '/assets/page.js%00.txt',
  ])('gives no file outside of the dashboard for %s', async (asked) => {
    const { status, body } = await send({ path: asked });
    expect(status).not.toBe(200);
    expect(body).not.toContain(secret);
    expect(body).not.toContain(folder);
  });

  it('lets a page run no script but its own, be framed by nobody, and guess no types', async () => {
    for (const asked of ['/', '/runs/abc', '/sign-in']) {
      const { status, headers } = await send({ path: asked, token: null });
      expect(status).toBe(200);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
    const { headers } = await send({ path: '/assets/page.js', token: null });
    expect(headers['cache-control']).toContain('immutable');
  });

  it('met nothing it did not expect', () => {
    expect(unexpected).toEqual([]);
  });
});

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly body?: Buffer;
  readonly token?: string | null;
}

interface Received {
  /** `cut`: the server had closed the connection before all was sent. */
  readonly status: number | 'cut';
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** As it stands: fetch would tidy up the path. */
function send({ method = 'GET', path: asked, body, token = apiToken }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { 'content-type': 'application/json', 'content-length': body.length } : {}),
    };
    const request = http.request({ host: '127.0.0.1', port, method, path: asked, headers, agent: false });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET')
        resolve({ status: 'cut', headers: {}, body: '' });
      else reject(error);
    });
    request.end(body);
  });
}
