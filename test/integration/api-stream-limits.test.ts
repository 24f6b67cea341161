import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveEvents } from '../../src/api/live/hub.ts';
import { viewerText } from '../../src/api/live/viewer.ts';
import { createApiServer } from '../../src/api/server.ts';
import type { Db } from '../../src/store/schema.ts';
import { type AccessServer, ownerToken, signingKey, startAccessServer } from './access-server.ts';
import { testApiDependencies } from './api-dependencies.ts';
import { messageOf, newRun, startStreamServer, warn } from './stream-harness.ts';

let server: AccessServer;
let api: FastifyInstance;
let port: number;
const ignore = () => undefined;

beforeAll(async () => {
  server = await startAccessServer();
  const { queue } = server.database;
  const given = { queue, folder: '/nowhere', apiToken: ownerToken, signingKey, onUnexpected: ignore };
  const live = createLiveEvents({ db: queue.store.db, onError: ignore });
  api = createApiServer({ ...testApiDependencies(given), live });
  await api.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = api.server.address() as AddressInfo);
});
afterAll(async () => {
  await api.close();
  await server.close();
});

async function ask(method: string, path: string, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent: false });
  request.on('error', ignore).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.on('error', ignore).resume();
  return { status: response.statusCode, request };
}

describe('S2: what readers of streams can cost', () => {
  it.each(['/api/v1/stream', '/api/v1/runs/:id/stream', '/api/v1/runs/:id/log/download'])(
    'HEAD begins no stream that nobody reads: %s',
    async (path) => {
      const run = await newRun(server.database);
      expect((await ask('HEAD', path.replace(':id', run), ownerToken)).status).toBe(404);
    },
  );

  it('one token has so many streams at once and no more; others are not in its way', async () => {
    const [greedy, modest] = [await server.makeToken('viewer'), await server.makeToken('viewer')];
    const run = await newRun(server.database);
    const path = (place: number) => (place % 2 === 0 ? '/api/v1/stream' : `/api/v1/runs/${run}/stream`);
    const open = await Promise.all(
      Array.from({ length: 101 }, (_none, place) => ask('GET', path(place), greedy.secret)),
    );
    expect(open.map(({ status }) => status).toSorted()).toEqual([...Array<number>(100).fill(200), 503]);
    const other = await ask('GET', '/api/v1/stream', modest.secret);
    expect(other.status).toBe(200);
    for (const { request } of [...open, other]) request.destroy();
    const again = async () => {
      const { status, request } = await ask('GET', '/api/v1/stream', greedy.secret);
      request.destroy();
      return status;
    };
    await expect.poll(again, { timeout: 20_000 }).toBe(200);
  });

  it('a viewer who wants nothing of what it missed is let go between two pages of the log', async () => {
    const place = await placeNow();
    const run = await newRun(server.database);
    for (let page = 0; page < 4; page += 1) await warn(server.database, run, ...manyMessages);
    const text = viewerOf({ after: place, gone: new AbortController().signal });
    expect((await text.next()).value).toContain('event: ready');
    const places = [await text.next(), await text.next()].map(({ value }) => String(value));
    for (const one of places) expect(one).toMatch(/^id: \S+\n\n$/);
    expect(new Set(places).size).toBe(2);
    expect(await text.return(undefined)).toMatchObject({ done: true });
  });

  it('a viewer who left while nothing happens is not waited for', async () => {
    const gone = new AbortController();
    const text = viewerOf({ after: null, gone: gone.signal });
    await text.next();
    const waiting = text.next();
    gone.abort();
    expect(await waiting).toMatchObject({ done: true });
  });

  it('a viewer who comes from too far back is told to read again, and gets what is new', async () => {
    const limits = { farthestBack: 500, ring: { frames: 5, characters: 1e6 } };
    const small = await startStreamServer(server.database, { limits });
    const place = await placeNow();
    const run = await newRun(server.database);
    for (let page = 0; page < 4; page += 1) await warn(server.database, run, ...manyMessages);
    const viewer = await small.open(`?run=${run}`, place);
    const frames = await viewer.until(({ event }) => event === 'reset');
    expect(frames.length).toBeLessThan(4 * manyMessages.length);
    await warn(server.database, run, 'new');
    expect((await viewer.until((frame) => messageOf(frame) !== null)).map(messageOf)).toContain('new');
    viewer.close();
    await small.close();
  });
});

it('I1: viewers of a node that cannot read the log are sent away with the reason, and not told that all is well', async () => {
  let away = false;
  const db = new Proxy(server.database.store.db, {
    get(target, name) {
      if (away) throw new Error('Connection terminated');
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const live = createLiveEvents({ db, onError: ignore });
  const text = viewerOf({ after: null, gone: new AbortController().signal, live, db });
  await text.next();
  const next = text.next();
  away = true;
  live.wake();
  expect((await next).value).toContain(': the log of events cannot be read');
  expect(await text.next()).toMatchObject({ done: true });
});

const manyMessages = Array.from({ length: 400 }, (_none, place) => `missed ${place}`);

async function placeNow(): Promise<string> {
  const { rows } = await sql<{ place: string }>`select pg_current_snapshot()::text as place`.execute(
    server.database.store.db,
  );
  return rows[0]?.place ?? '';
}

function viewerOf(given: {
  after: string | null;
  gone: AbortSignal;
  db?: Db;
  live?: ReturnType<typeof createLiveEvents>;
}) {
  const { db } = server.database.store;
  return viewerText({
    db,
    live: createLiveEvents({ db, onError: ignore }),
    filter: { types: new Set(['no such type']), runs: null, repository: null },
    heartbeatMs: 3_600_000,
    farthestBack: 100_000,
    ...given,
  });
}
