import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes, systemEventsResponseSchema } from '../../src/api/contract.ts';
import { installErrorHandler } from '../../src/api/http-errors.ts';
import { protect } from '../../src/api/protections.ts';
import { registerSystemEventsRoute } from '../../src/api/routes/system-events.ts';
import { appendSystemEvent } from '../../src/events/append-system-event.ts';
import { lastOrphans } from '../../src/events/last-orphans.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

const apiToken = 'token-of-this-test';
let database: TestDatabase;
let api: FastifyInstance;

beforeAll(async () => {
  database = await startTestDatabase();
  api = fastify();
  installErrorHandler(api, () => undefined);
  protect(api, { apiToken, requestsPerMinute: 1000, queue: database.queue });
  api.register(async (routes) => registerSystemEventsRoute(routes, { queue: database.queue }));
});
afterAll(async () => {
  await api.close();
  await database.close();
});

async function get(query: string, token = apiToken) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await api.inject({ url: `${apiRoutes.systemEvents}?${query}`, headers });
  return { status: answer.statusCode, json: answer.json<unknown>() };
}

async function messages(query: string) {
  const { json } = await get(query);
  const { events } = systemEventsResponseSchema.parse(json);
  return { texts: events.map(({ data }) => data.message), ids: events.map(({ id }) => id) };
}

function orphans(node: string, message: string, removed: number) {
  return appendSystemEvent(database.store.db, {
    type: 'orphans.found',
    subject: `node:${node}`,
    data: {
      message,
      host: 'here',
      counts: [{ kind: 'workspace', found: removed, removed, failed: 0 }],
      left: 0,
      failures: [],
    },
  });
}

describe('GET /api/v1/system-events', () => {
  it('G2, X10: gives the newest first, page by page, or what followed an event, and the last pass of each reaper', async () => {
    const { db } = database.store;
    await orphans('a', 'one', 1);
    await orphans('a', 'two', 2);
    await orphans('b', 'three', 3);
    const data = { message: 'four', host: 'here', pid: 1 };
    await appendSystemEvent(db, { type: 'node.started', subject: 'node:b', data });

    const first = await messages('limit=3');
    expect(first.texts).toEqual(['four', 'three', 'two']);
    const last = first.ids.at(-1);
    expect((await messages(`limit=3&before=${last}`)).texts).toEqual(['one']);
    expect((await messages(`after=${last}`)).texts).toEqual(['three', 'four']);
    expect((await messages('type=node.started')).texts).toEqual(['four']);
    expect((await messages('subject=node:a')).texts).toEqual(['two', 'one']);
    expect(await lastOrphans(db, 7)).toMatchObject([
      { node: 'a', counts: [{ removed: 2 }] },
      { node: 'b', counts: [{ removed: 3 }] },
    ]);
  });

  it('refuses a page it cannot give, and whoever has no token', async () => {
    expect((await get('limit=0')).status).toBe(400);
    expect((await get('before=x')).status).toBe(400);
    expect((await get('', 'another')).status).toBe(401);
  });
});
