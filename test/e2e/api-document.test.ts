import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/api/operations/openapi.ts';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addPlan, calculatorFiles } from './support/calculator.ts';
import { documentedAnswers } from './support/documented-answers.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

const document = openApiDocument('0.0.0');
const documented = documentedAnswers(document);
let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;
let source: TestRepository;
let model: ScriptedModel;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  model = await startScriptedModel({
    conversations: [
      {
        name: 'asks',
        match: { firstUser: 'Ask' },
        steps: [{ json: { ...addPlan, openQuestions: ['Why?'] } }],
      },
      { name: 'plans', match: { tools: false }, steps: [{ json: addPlan }] },
    ],
  });
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
  server = await startServer(path.join(folder, 'data'), env);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await model.close();
  await removeFolder();
});

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function raw(
  { method = 'GET', path: url, body, headers = {} }: Asked,
  token: string | null = server.token,
) {
  const response = await fetch(`${server.url}${url}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { response, text: await response.text() };
}

const seen = new Set<string>();

/** Asks, and holds the answer against the document. */
async function ask(asked: Asked, status = 200): Promise<Record<string, unknown>> {
  const { response, text } = await raw(asked);
  const body = JSON.parse(text) as Record<string, unknown>;
  expect(response.status, text).toBe(status);
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const id = documented.check({ method: asked.method ?? 'GET', path: asked.path, status, type, body });
  seen.add(`${id} ${status}`);
  return body;
}

/** Of a stream without an end, held against the document. */
async function beginningOf(url: string): Promise<string> {
  const left = new AbortController();
  const headers = { authorization: `Bearer ${server.token}` };
  const { body, headers: answered } = await fetch(`${server.url}${url}`, { headers, signal: left.signal });
  const { value } = (await body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {};
  left.abort();
  expect(value).toContain('event: ready');
  const type = answered.get('content-type')?.split(';')[0] ?? '';
  return documented.check({ method: 'GET', path: url, status: 200, type, body: value });
}

/** Asks for what is no JSON. */
async function askText(asked: string): Promise<string> {
  const { response, text } = await raw({ path: asked });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const id = documented.check({ method: 'GET', path: asked, status: response.status, type, body: text });
  seen.add(`${id} ${response.status}`);
  return text;
}

async function agent(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `command:${file}`;
}

const spec = (title: string, use: string) =>
  testSpec({
    repository: source.folder,
    ticket: { key: 'AB-1', title, body: '' },
    agent: use,
    attempts: 1,
    checks: { mode: 'off' },
  });

describe('the OpenAPI document', () => {
  it('I1: is a valid OpenAPI 3.1 document, the same that the server gives', async () => {
    const { response, text } = await raw({ path: '/api/v1/openapi.json' }, null);
    expect(response.status).toBe(200);
    const given = JSON.parse(text) as typeof document;
    expect(given.paths).toEqual(JSON.parse(JSON.stringify(document.paths)));
    expect(await new Validator().validate(given as never)).toEqual({ valid: true });
  });

  it('I1: can be read as a page that names every operation and runs no script', async () => {
    const { response, text } = await raw({ path: '/api/docs' }, null);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const { id } of documented.operations) expect(text).toContain(`id="${id}"`);
    expect(text).not.toContain('<script');
  });
});

describe('real answers are as documented', () => {
  it('I1: a run that waits for a person, is approved, read and undone', async () => {
    const accepted = {
      spec: spec('Add a file', await agent('add.sh', 'echo new > new.txt')),
      idempotencyKey: 'k1',
    };
    const first = await ask({ method: 'POST', path: '/api/v1/runs', body: accepted }, 201);
    const { id } = first['run'] as { id: string };
    await ask({ method: 'POST', path: '/api/v1/runs', body: accepted });
    const other = { ...accepted, spec: { ...accepted.spec, priority: 'low' } };
    await ask({ method: 'POST', path: '/api/v1/runs', body: other }, 422);
    await server.settled(id);
    const run = `/api/v1/runs/${id}`;
    await ask({ path: `${run}/receipt` }, 404);
    const { run: waiting } = (await ask({ path: run })) as unknown as {
      run: { waitDetail: { commit: string } };
    };
    await ask({ path: '/api/v1/queue' });
    await ask({ path: '/api/v1/health' });
    await ask({ path: '/api/v1/system-events?limit=1' });
    await ask({ path: '/api/v1/runs?state=waiting&text=file&limit=1' });
    const by = 'test';
    await ask({ method: 'POST', path: `${run}/approve`, body: { planHash: 'x', by } }, 409);
    const approval = { unverifiedCommit: waiting.waitDetail.commit, by };
    await ask({ method: 'POST', path: `${run}/approve`, body: approval });
    expect((await server.settled(id)).run.state).toBe('succeeded');
    await ask({ path: `${run}/events?limit=5` });
    await askText(`${run}/stream?type=run.summary`);
    seen.add(`${await beginningOf('/api/v1/stream')} 200`);
    expect(await ask({ path: `${run}/receipt` })).toMatchObject({ note: 'attached' });
    await ask({ path: `${run}/diff` });
    await ask({ path: `${run}/why` });
    await ask({ method: 'POST', path: `${run}/rollback`, body: { mode: 'reset', by } });
    await ask({ method: 'POST', path: `${run}/cancel`, body: { by, reason: 'late' } }, 409);
    await ask({ path: `${run}/salvage/none/patch` }, 404);
  });

  it('I1: a run that is cancelled, and its saved work', async () => {
    const slow = await agent('slow.sh', 'echo half > half.txt\necho there\nsleep 600');
    const body = { spec: spec('Slow', slow) };
    const { run: created } = await ask({ method: 'POST', path: '/api/v1/runs', body }, 201);
    const run = `/api/v1/runs/${(created as { id: string }).id}`;
    await server.waitForEvent((created as { id: string }).id, ({ type }) => type === 'agent.activity');
    const by = { by: 'test', reason: 'enough' };
    await ask({ method: 'POST', path: `${run}/cancel`, body: by });
    await server.settled((created as { id: string }).id);
    const { saved } = (await ask({ path: `${run}/salvage` })) as unknown as { saved: { name: string }[] };
    await ask({ path: `${run}/salvage/${saved[0]?.name}/patch` });
    const given = await ask({ method: 'POST', path: `${run}/salvage`, body: {} });
    expect(source.git('show', `${String(given['branch'])}:half.txt`)).toBe('half');
    await ask({ path: '/api/v1/runs/zzzz' }, 404);
    await ask({ path: '/api/v1/runs?limit=x' }, 400);
    await ask({ path: '/api/v1/runs?unknown=1' }, 400);
  });

  it('I1: who asks, tokens, sign-in and the audit log', async () => {
    expect(await ask({ path: '/api/v1/me' })).toMatchObject({ kind: 'owner', role: 'admin' });
    await ask({ path: '/api/v1/sign-in' });
    const link = await ask({ method: 'POST', path: '/api/v1/sign-in-links', body: { name: 'anna' } }, 201);
    const code = new URL(String(link['url'])).hash.slice(1);
    await ask({ method: 'POST', path: '/api/v1/sign-in', body: { code } });
    await ask({ method: 'POST', path: '/api/v1/sign-in', body: { code } }, 401);
    await ask({ method: 'POST', path: '/api/v1/sign-out' });
    const body = { name: 'ci', role: 'viewer' };
    const { token, secret } = await ask({ method: 'POST', path: '/api/v1/tokens', body }, 201);
    const headers = { authorization: `Bearer ${String(secret)}` };
    await ask({ path: '/api/v1/tokens', headers }, 403);
    await ask({ path: '/api/v1/tokens?limit=1' });
    const url = `/api/v1/tokens/${(token as { id: string }).id}`;
    await ask({ method: 'DELETE', path: url });
    await ask({ method: 'DELETE', path: '/api/v1/tokens/none' }, 404);
    const { sessions } = await ask({ path: '/api/v1/sessions' });
    const [session] = sessions as { id: string }[];
    await ask({ method: 'DELETE', path: `/api/v1/sessions/${session?.id}` });
    await ask({ path: '/api/v1/audit?limit=5' });
  });

  it('I1 P2 P3: a plan that is answered, sent back and listed', async () => {
    const asks = { key: null, title: 'Ask', body: '' };
    const given = { repository: source.folder, ticket: asks, model: 'scripted/claude-sonnet-5' };
    const body = { spec: testSpec({ ...given, plan: 'approve' }) };
    const { run: created } = await ask({ method: 'POST', path: '/api/v1/runs', body }, 201);
    const { id } = created as { id: string };
    const run = `/api/v1/runs/${id}`;
    const planHash = (await server.settled(id)).plan?.hash;
    await ask({ path: `${run}/plans` });
    const answers = [{ question: 'Why?', answer: 'Because.' }];
    const unasked = [{ question: 'Who?', answer: 'Me.' }];
    await ask({ method: 'POST', path: `${run}/answer`, body: { planHash, answers: unasked } }, 400);
    await ask({ method: 'POST', path: `${run}/answer`, body: { planHash, answers, by: 'test' } });
    await server.settled(id);
    const feedback = 'Smaller.';
    await ask({ method: 'POST', path: `${run}/send-back`, body: { planHash: 'x', feedback } }, 409);
    await ask({ method: 'POST', path: `${run}/send-back`, body: { planHash, feedback: ' ' } }, 400);
    await ask({ method: 'POST', path: `${run}/send-back`, body: { planHash, feedback, by: 'test' } });
    await server.settled(id);
    const { revisions } = (await ask({ path: `${run}/plans` })) as { revisions: unknown[] };
    expect(revisions).toMatchObject([
      { because: null, outcome: { kind: 'answered', answers, by: 'test' } },
      { because: { kind: 'answered' }, outcome: { kind: 'sent-back', feedback } },
      { because: { kind: 'sent-back', feedback }, outcome: null },
    ]);
  });

  it('I1: a ticket, and the endpoints of the Symphony specification', async () => {
    const use = await agent('ticket.sh', 'sleep 600');
    const ticket = { repository: source.folder, title: 'By ticket', key: 'SYM-1', agent: use, plan: 'off' };
    const tickets = '/api/v1/tickets';
    const { run } = await ask(
      { method: 'POST', path: tickets, body: ticket, headers: { 'idempotency-key': 't1' } },
      201,
    );
    await ask({ method: 'POST', path: tickets, body: { ...ticket, idempotencyKey: 't1' } });
    await ask({ method: 'POST', path: tickets, body: { ...ticket, unknown: 1 } }, 400);
    await ask({ path: '/api/v1/state' });
    expect(await ask({ path: '/api/v1/SYM-1' })).toMatchObject({ issue_id: (run as { id: string }).id });
    await ask({ path: '/api/v1/NOBODY-1' }, 404);
    await ask({ method: 'POST', path: '/api/v1/refresh' }, 202);
    const { id } = run as { id: string };
    const end = { by: 'test', reason: 'enough' };
    await ask({ method: 'POST', path: `/api/v1/runs/${id}/cancel`, body: end });
    await server.settled(id);
  });

  it('I1: the parts of a run, and the same run again', async () => {
    const { runs } = (await ask({ path: '/api/v1/runs?state=succeeded' })) as { runs: { id: string }[] };
    const run = `/api/v1/runs/${runs[0]?.id}`;
    const { attempts } = (await ask({ path: `${run}/attempts` })) as { attempts: unknown[] };
    expect(attempts).toMatchObject([
      { number: 1, state: 'finished', outcome: 'unverifiable', hasDiff: true },
    ]);
    await ask({ path: `${run}/model-calls` });
    await ask({ path: `${run}/diff?attempt=1` });
    await ask({ path: `${run}/diff?attempt=9` }, 404);
    const { lines } = (await ask({ path: `${run}/log?limit=1000` })) as { lines: unknown[] };
    const file = await askText(`${run}/log/download`);
    expect(file.trimEnd().split('\n')).toHaveLength(lines.length);
    expect(file).toContain('Add a file');
    await ask({ path: `${run}/log?source=/etc/passwd` }, 400);
    await ask({ path: '/api/v1/runs/..%2F..%2Fetc/log/download' }, 404);
    await ask({ method: 'POST', path: `${run}/seen`, body: { by: 'test' } });
    const retry = { method: 'POST', path: `${run}/retry`, body: { by: 'test', idempotencyKey: 'again' } };
    const { run: first } = (await ask(retry, 201)) as { run: { id: string } };
    expect(await ask(retry)).toMatchObject({ run: { id: first.id }, retryOf: runs[0]?.id });
    await ask({ ...retry, path: `/api/v1/runs/${first.id}/retry` }, 409);
    expect(await ask({ path: `/api/v1/runs/${first.id}` })).toMatchObject({ retryOf: runs[0]?.id });
    expect(await ask({ path: run })).toMatchObject({ retries: [first.id] });
  });

  it('I1: pages of the whole, and whether the node is ready', async () => {
    const answer = await ask({ path: '/api/v1/overview?hours=1' });
    expect(answer).toMatchObject({ ended: { delivered: 1, cancelled: 2 }, nodes: [{ state: 'alive' }] });
    await ask({ path: '/api/v1/overview?hours=0' }, 400);
    await ask({ path: '/api/v1/repositories' });
    await ask({ path: `/api/v1/repositories/detail?repository=${encodeURIComponent(source.folder)}` });
    await ask({ path: '/api/v1/repositories/detail?repository=none' }, 404);
    const { agents } = (await ask({ path: '/api/v1/agents' })) as { agents: { name: string }[] };
    expect(agents.map(({ name }) => name)).toContain('builtin');
    await ask({ path: '/api/v1/providers' });
    await ask({ path: '/api/v1/nodes' });
    await ask({ path: '/api/v1/receipt-keys' });
    const { settings } = (await ask({ path: '/api/v1/settings' })) as { settings: { source: string }[] };
    expect(settings.some(({ source: from }) => from === '--data-dir')).toBe(true);
    expect(await ask({ path: '/api/v1/ready' })).toMatchObject({ status: 'ready' });
    await ask({ path: '/api/v1/live' });
  });

  it('I1: what a run learned that mended its own first attempt', async () => {
    const script = 'if [ -e broken.txt ]; then echo > mended.txt; else echo > broken.txt; fi';
    const said = 'src/a.ts(1,1): error TS2304: Cannot find name "total".';
    const check = `test ! -e broken.txt || test -e mended.txt || { echo '${said}'; exit 1; }`;
    const healing = testSpec({
      repository: source.folder,
      ticket: { key: 'AB-2', title: 'Heal', body: '' },
      agent: await agent('heal.sh', script),
      checks: { commands: [{ name: 'typecheck', command: ['sh', '-c', check] }] },
    });
    const { run } = await ask({ method: 'POST', path: '/api/v1/runs', body: { spec: healing } }, 201);
    const ended = await server.settled((run as { id: string }).id);
    expect(ended.attempts.map(({ outcome }) => outcome)).toEqual(['checks-failed', 'passed']);
    const known = async () => (await ask({ path: '/api/v1/lessons?q=total' }))['lessons'] as { id: string }[];
    // Learned from just after the run has ended.
    await expect.poll(known, { timeout: 10_000 }).toHaveLength(1);
    const lessons = await known();
    expect(lessons).toMatchObject([{ category: 'undefined_symbol', remedy: { actions: ['added a file'] } }]);
    await ask({ path: '/api/v1/lessons?limit=x' }, 400);
    const lesson = `/api/v1/lessons/${lessons[0]?.id}`;
    await ask({ path: lesson });
    await ask({ method: 'DELETE', path: lesson });
    await ask({ path: lesson }, 404);
  });

  it('I1: and no operation was left out', () => {
    const answered = new Set([...seen].filter((one) => / 2\d\d$/.test(one)).map((one) => one.split(' ')[0]));
    expect(documented.operations.map(({ id }) => id).filter((id) => !answered.has(id))).toEqual([]);
  });
});

describe('requests', () => {
  it('O8: without a token, or with a wrong one, are refused by every operation that needs one', async () => {
    const guarded = documented.operations.filter(({ needsToken }) => needsToken);
    expect(guarded.length).toBeGreaterThan(10);
    for (const { method, path: template, id } of guarded) {
      const url = template.replace(/\{\w+\}/g, 'abc');
      for (const token of [null, 'wrong']) {
        const { response, text } = await raw(
          { method, path: url, ...(method === 'POST' ? { body: {} } : {}) },
          token,
        );
        expect([401, 429], id).toContain(response.status);
        const type = response.headers.get('content-type')?.split(';')[0];
        expect(type).toBe('application/problem+json');
        expect(JSON.parse(text)).toMatchObject({
          instance: `urn:runyard:request:${response.headers.get('x-request-id')}`,
        });
      }
    }
  });

  it('O8: that guess tokens are held back, those with the token are not', async () => {
    let refused = 0;
    for (let tries = 0; tries < 40 && refused === 0; tries += 1) {
      const { response } = await raw({ path: '/api/v1/runs' }, `guess-${tries}`);
      if (response.status !== 429) continue;
      refused += 1;
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(refused).toBe(1);
    expect((await raw({ path: '/api/v1/runs' })).response.status).toBe(200);
  });

  it('get the same answer only when it changed', async () => {
    const { response } = await raw({ path: '/api/v1/runs?limit=2' });
    const known = response.headers.get('etag') ?? '';
    expect(known).not.toBe('');
    const again = await raw({ path: '/api/v1/runs?limit=2', headers: { 'if-none-match': known } });
    expect([again.response.status, again.text]).toEqual([304, '']);
  });
});
