import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { symphonyIssueSchema, symphonyStateSchema } from '../../src/api/contract.ts';
import { calculatorFiles } from './support/calculator.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;
let source: TestRepository;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  server = await startServer(path.join(folder, 'data'));
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

async function create(key: string, script: string): Promise<string> {
  const file = path.join(folder, `${key}.sh`);
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const ticket = { key, title: `Ticket ${key}`, body: '' };
  const checks = { mode: 'off', allowUnverified: true } as const;
  return server.create(
    testSpec({ repository: source.folder, ticket, agent: `command:${file}`, attempts: 1, checks }),
  );
}

const state = async () => symphonyStateSchema.parse(await server.get('/api/v1/state'));
const issue = async (name: string) => symphonyIssueSchema.parse(await server.get(`/api/v1/${name}`));
const ask = (method: string, route: string, body?: string) =>
  fetch(`${server.url}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });

describe('endpoints of the Symphony specification, 13.7.2', () => {
  it('show a run at work, and the same ticket when its run has ended', async () => {
    const id = await create('MT-649', 'echo new > new.txt; echo Working on tests; sleep 600');
    await server.waitForEvent(id, ({ type }) => type === 'agent.activity');
    const { counts, running, retrying, rate_limits, codex_totals } = await state();
    expect({ counts, retrying, rate_limits }).toEqual({
      counts: { running: 1, retrying: 0, queued: 0, waiting: 0 },
      retrying: [],
      rate_limits: null,
    });
    expect(codex_totals.seconds_running).toBeGreaterThan(0);
    const [session] = running;
    expect(session).toMatchObject({
      issue_id: id,
      issue_identifier: 'MT-649',
      state: 'running',
      session_id: `${id}-1`,
      turn_count: 0,
      last_event: 'agent.activity',
      last_message: expect.stringContaining('Working on tests'),
      tokens: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
    });
    const working = await issue('MT-649');
    expect(working).toMatchObject({
      issue_id: id,
      status: 'running',
      attempts: { restart_count: 0 },
      running: { session_id: `${id}-1` },
      retry: null,
      last_error: null,
    });
    expect(working.recent_events.at(-1)).toMatchObject({ event: 'agent.activity' });

    await server.post(`/api/v1/runs/${id}/cancel`, { by: 'test', reason: 'seen enough' });
    await server.settled(id);
    const ended = await issue('MT-649');
    expect(ended).toMatchObject({ status: 'cancelled', running: null });
    expect(ended.last_error).toContain('cancelled');
    expect((await issue(id)).issue_identifier).toBe('MT-649');
    expect((await state()).counts.running).toBe(0);
  });

  it('tell runs that wait for a person from those that are tried again', async () => {
    const file = path.join(folder, 'wait.sh');
    await writeFile(file, '#!/bin/sh\necho new > new.txt\n', { mode: 0o755 });
    const ticket = { key: 'MT-651', title: 'Unverified', body: '' };
    const spec = {
      repository: source.folder,
      ticket,
      agent: `command:${file}`,
      checks: { mode: 'off' as const },
    };
    const id = await server.create(testSpec(spec));
    await server.settled(id);
    expect((await state()).counts).toMatchObject({ waiting: 1, retrying: 0 });
    expect(await issue('MT-651')).toMatchObject({ status: 'waiting', retry: null });
    await server.post(`/api/v1/runs/${id}/cancel`, { by: 'test', reason: 'seen enough' });
    await server.settled(id);
  });

  it('answer with the newest run of a ticket', async () => {
    await server.settled(await create('MT-650', 'echo 1 > one.txt'));
    const second = await create('MT-650', 'echo 2 > two.txt');
    await server.settled(second);
    expect(await issue('MT-650')).toMatchObject({ issue_id: second, status: 'succeeded' });
  });

  it('say what is not there in their envelope, and other methods are not allowed', async () => {
    const unknown = await ask('GET', '/api/v1/MT-1');
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { code: 'api.issue-not-found', message: expect.stringContaining('MT-1') } },
    ]);
    for (const [method, route] of [
      ['POST', '/api/v1/state'],
      ['DELETE', '/api/v1/state'],
      ['GET', '/api/v1/refresh'],
    ] as const) {
      const refused = await ask(method, route);
      expect([refused.status, refused.headers.get('allow')], `${method} ${route}`).toEqual([
        405,
        route.endsWith('state') ? 'GET' : 'POST',
      ]);
    }
  });

  it.each([undefined, '{}', ''])('look at the queue when asked with the body %j', async (body) => {
    const answer = await ask('POST', '/api/v1/refresh', body);
    expect([answer.status, await answer.json()]).toMatchObject([
      202,
      { queued: true, coalesced: expect.any(Boolean), operations: ['reconcile', 'dispatch'] },
    ]);
  });

  it('do not stand before paths of this API', async () => {
    await server.settled(await create('runs', 'echo 3 > three.txt'));
    expect(await server.get('/api/v1/runs')).toHaveProperty('runs');
    expect(await server.get('/api/v1/queue')).toHaveProperty('waiting');
    expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200);
    expect((await fetch(`${server.url}/api/v1/state`)).status).toBe(401);
  });
});
