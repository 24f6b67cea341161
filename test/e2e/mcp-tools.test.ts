import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Client, Progress } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenResponseSchema, listAuditResponseSchema } from '../../src/api/contract.ts';
import { addTicket } from './support/calculator.ts';
import {
  call,
  type McpScene,
  newClient,
  overHttp,
  overStdio,
  refusalOf,
  startMcpScene,
} from './support/mcp.ts';
import { processesMentioning } from './support/processes.ts';

let scene: McpScene;

beforeAll(async () => {
  scene = await startMcpScene();
});
afterAll(() => scene.close());

const tools = [
  'approve_plan',
  'cancel_run',
  'get_health',
  'get_run',
  'get_run_logs',
  'list_runs',
  'send_back_plan',
  'start_run',
  'why',
];

interface Figures {
  readonly durationMs: number;
  readonly turns: number;
  readonly tokens: Readonly<Record<string, number>>;
}

function expectFigures(run: Record<string, unknown>): void {
  const { durationMs, turns, tokens } = run as unknown as Figures;
  expect(durationMs).toBeGreaterThan(0);
  expect(turns).toBeGreaterThan(0);
  expect(Object.values(tokens)).toSatisfy((all: unknown[]) => all.every((count) => Number.isInteger(count)));
  expect(tokens['total']).toBeGreaterThan(0);
}

describe.each([
  ['http', 'legacy'],
  ['http', 'auto'],
  ['stdio', 'legacy'],
  ['stdio', 'auto'],
] as const)('over %s, version %s', (transport, mode) => {
  let client: Client;
  beforeAll(async () => {
    client = await scene.connect(transport, mode);
  });

  it('negotiates the newest version that both know', () => {
    const version = mode === 'auto' ? '2026-07-28' : '2025-11-25';
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(client.getServerVersion()).toMatchObject({ name: 'runyard' });
  });

  it('offers every tool with schemas and hints', async () => {
    const offered = (await client.listTools()).tools.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(offered.map(({ name }) => name)).toEqual(tools);
    for (const { name, description, inputSchema, outputSchema, annotations } of offered) {
      expect([inputSchema.type, outputSchema?.['type']], name).toEqual(['object', 'object']);
      expect(description?.length, name).toBeGreaterThan(20);
      const looks = name.startsWith('get_') || name === 'list_runs' || name === 'why';
      expect(annotations, name).toMatchObject({
        readOnlyHint: looks,
        destructiveHint: name === 'cancel_run',
      });
    }
  });

  it('I5: start, progress, logs, approve, why, report: a ticket becomes a verified commit', async () => {
    const seen: Progress[] = [];
    const given = {
      repository: scene.source.folder,
      title: `${addTicket.title} ${transport} ${mode}`,
      ticket: `MCP-${transport}-${mode}`,
      plan: 'approve',
      wait: true,
    };
    const waiting = await call(client, 'start_run', given, (progress) => seen.push(progress));
    expect(waiting).toMatchObject({ state: 'waiting', settled: true, ended: false });
    expect(waiting['waitsFor']).toMatchObject({ reason: 'approval', questions: [] });
    expect(seen.length).toBeGreaterThan(0);
    for (const [index, { progress, total, message }] of seen.entries()) {
      expect(total).toBe(100);
      expect(message).toMatch(/^(queued|starting|running|waiting)\b/);
      if (index > 0) expect(progress).toBeGreaterThan(seen[index - 1]?.progress ?? 100);
    }
    const run = String(waiting['id']);
    const { planHash } = waiting['waitsFor'] as { planHash: string };

    const details = await call(client, 'get_run', { run });
    expect(details).toMatchObject({ plan: { hash: planHash, approvedBy: null, revision: 1 } });
    expect(await refusalOf(client, 'approve_plan', { run, planHash: 'another' })).toMatchObject({
      code: 'run.wrong-plan-hash',
      what: expect.any(String),
      why: expect.stringContaining(planHash),
      next: expect.any(String),
    });
    await call(client, 'approve_plan', { run, planHash, by: 'Ada' });
    await scene.server.settled(run);

    const lines: { seq: number; text: string; type: string }[] = [];
    for (let after = 0, ended = false; !ended; ) {
      const page = await call(client, 'get_run_logs', { run, after, limit: 20 });
      lines.push(...(page['lines'] as typeof lines));
      after = page['next'] as number;
      ended = page['ended'] as boolean;
    }
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.map(({ text }) => text).join('\n')).toContain('approved by Ada');
    const only = await call(client, 'get_run_logs', { run, types: ['verdict.reached'], limit: 500 });
    expect(only['lines']).toMatchObject([
      { type: 'verdict.reached', text: expect.stringMatching(/^passed/) },
    ]);

    const done = await call(client, 'get_run', { run });
    expect(done).toMatchObject({
      state: 'succeeded',
      ended: true,
      progress: { percent: 100 },
      delivery: { verified: true },
    });
    expectFigures(done);
    const listed = await call(client, 'list_runs', { ticket: given.ticket, states: ['succeeded'] });
    expect(listed['runs']).toMatchObject([{ id: run }]);
    for (const one of listed['runs'] as Record<string, unknown>[]) expectFigures(one);
    expect(await call(client, 'why', { run })).toMatchObject({ state: 'succeeded' });

    const { resources } = await client.listResources();
    const uri = `runyard://runs/${run}/report`;
    expect(resources.map((resource) => resource.uri)).toContain(uri);
    const { contents } = await client.readResource({ uri });
    expect(contents.map(({ mimeType }) => mimeType)).toEqual(['text/markdown', 'application/json']);
    const [markdown = '', json = ''] = contents.map((part) => ('text' in part ? part.text : ''));
    expect(markdown).toContain(`# Run ${run}: ${given.title}`);
    expect(markdown).toMatch(/on runyard\/\S+, verified/);
    expectFigures(JSON.parse(json) as Record<string, unknown>);
  });

  it('P2: sends a plan back, and the next one takes the feedback into account', async () => {
    const given = { repository: scene.source.folder, title: 'Twice', plan: 'approve', wait: true };
    const waiting = await call(client, 'start_run', given);
    const run = String(waiting['id']);
    const { planHash } = waiting['waitsFor'] as { planHash: string };
    await call(client, 'send_back_plan', { run, planHash, feedback: 'approve', by: 'Ada' });
    const { run: again } = await scene.server.settled(run);
    expect(again).toMatchObject({ state: 'waiting', waitReason: 'approval' });
    const { plan } = await call(client, 'get_run', { run });
    expect(plan).toMatchObject({ revision: 2, approvedBy: null });
    const { lines } = await call(client, 'get_run_logs', { run, types: ['plan.sent-back'], limit: 500 });
    expect(lines).toMatchObject([{ text: expect.stringContaining('sent back by Ada: approve') }]);
    await call(client, 'cancel_run', { run });
    expect(await refusalOf(client, 'send_back_plan', { run, planHash, feedback: 'late' })).toMatchObject({
      code: 'plan.not-waiting',
    });
  });

  it('cancels a run, with its reason on record', async () => {
    const started = await call(client, 'start_run', {
      repository: scene.source.folder,
      title: 'Nobody wants this',
      plan: 'approve',
    });
    const run = String(started['id']);
    expect(started).toMatchObject({ settled: false });
    await call(client, 'cancel_run', { run, reason: 'changed my mind' });
    const { run: ended } = await scene.server.settled(run);
    expect(ended.state).toBe('cancelled');
    expect(ended.error?.why).toContain('changed my mind');
    const { durationMs, turns } = await call(client, 'get_run', { run });
    expect([durationMs, turns]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it('says what a run that is not there is, and what to do', async () => {
    expect(await refusalOf(client, 'get_run', { run: 'zzzz' })).toMatchObject({ code: 'run.not-found' });
    await expect(client.readResource({ uri: 'runyard://runs/zzzz/report' })).rejects.toThrow(/not found/i);
  });

  it('refuses input that does not fit, and agents that are programs', async () => {
    const given = { repository: scene.source.folder, title: 'x', agent: 'command:/bin/sh' };
    const result = await client.callTool({ name: 'start_run', arguments: given });
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result.content)).toContain('agent');
  });

  it('a request that is cancelled does not cancel its run', async () => {
    const given = { repository: scene.source.folder, title: `Goes on ${transport} ${mode}`, wait: true };
    const giveUp = new AbortController();
    const waiting = client.callTool(
      { name: 'start_run', arguments: given },
      { signal: giveUp.signal, timeout: 100_000, onprogress: () => giveUp.abort() },
    );
    await expect(waiting).rejects.toThrow();
    const listed = await call(client, 'list_runs', { text: `Goes on ${transport} ${mode}` });
    const [run] = listed['runs'] as { id: string }[];
    expect((await scene.server.settled(run?.id ?? '')).run.state).toBe('succeeded');
  });

  it('tells the health of the server', async () => {
    expect(await call(client, 'get_health')).toMatchObject({ status: 'ok', database: 'ok' });
  });
});

describe('over HTTP', () => {
  const initialize = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  });
  const ask = (headers: Record<string, string>, body: string | null = initialize, method = 'POST') =>
    fetch(`${scene.server.url}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${scene.server.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      ...(body === null ? {} : { body }),
    });

  it('O8: nobody connects without the token', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${scene.server.token}`]) {
      expect((await ask({ authorization })).status, authorization).toBe(401);
    }
    await expect(newClient().connect(overHttp(scene.server, 'wrong'))).rejects.toThrow();
  });

  it('O8: a viewer looks and an operator acts, and both are on record', async () => {
    const secretOf = async (role: string) => {
      const made = await scene.server.post('/api/v1/tokens', { name: `${role} of MCP`, role });
      return createTokenResponseSchema.parse(await made.json()).secret;
    };
    const viewer = newClient();
    await viewer.connect(overHttp({ ...scene.server, token: await secretOf('viewer') }));
    const operator = newClient();
    await operator.connect(overHttp({ ...scene.server, token: await secretOf('operator') }));
    const ticket = { repository: scene.source.folder, title: 'By role', plan: 'approve' };
    for (const [name, given] of [
      ['start_run', ticket],
      ['cancel_run', { run: 'abc' }],
      ['approve_plan', { run: 'abc', planHash: 'x' }],
      ['send_back_plan', { run: 'abc', planHash: 'x', feedback: 'x' }],
    ] as const)
      expect(await refusalOf(viewer, name, given), name).toMatchObject({ code: 'api.forbidden' });
    const { id: run } = await call(operator, 'start_run', ticket);
    expect(await call(viewer, 'get_run', { run })).toMatchObject({ id: run });
    await call(operator, 'cancel_run', { run });
    const { entries } = listAuditResponseSchema.parse(await scene.server.get('/api/v1/audit?limit=20'));
    const recorded = entries.map(({ action, actor, outcome, origin }) => [
      action,
      actor.name,
      outcome,
      origin.via,
    ]);
    expect(recorded).toContainEqual(['submitTicket', 'viewer of MCP', 'refused', 'mcp']);
    expect(recorded).toContainEqual(['submitTicket', 'operator of MCP', 'done', 'mcp']);
    expect(recorded).toContainEqual(['cancelRun', 'operator of MCP', 'done', 'mcp']);
    const { run: cancelled } = await scene.server.settled(String(run));
    expect(cancelled.error?.what).toContain('operator of MCP');
    await Promise.all([viewer.close(), operator.close()]);
  });

  it('a page of another site is refused, one of this machine is not', async () => {
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const refused = await ask({ origin });
      expect([refused.status, await refused.json()], origin).toMatchObject([
        403,
        { error: { code: 'api.foreign-origin' } },
      ]);
    }
    expect((await ask({ origin: 'http://localhost:6274' })).status).toBe(200);
  });

  it('what is no message is answered in the words of the protocol', async () => {
    const broken = await ask({}, '{"jsonrpc":');
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: -32700 } }]);
    const large = await ask({}, JSON.stringify({ padding: 'x'.repeat(2_000_000) }));
    expect(large.status).toBe(413);
    expect((await ask({}, null, 'GET')).status).toBe(405);
  });

  it('a repository must be named so that it means the same on the server', async () => {
    const client = await scene.connect('http');
    const refused = await refusalOf(client, 'start_run', { repository: '.', title: 'Where?' });
    expect(refused).toMatchObject({ code: 'api.invalid-request', why: expect.stringContaining('absolute') });
  });
});

describe('over stdio without a server', () => {
  it('starts a control plane with the first call, and ends it with the client', async () => {
    const dataDir = path.join(scene.folder, 'alone');
    const client = newClient();
    await client.connect(overStdio({ dataDir, env: scene.env }));
    expect((await client.listTools()).tools).toHaveLength(tools.length);
    expect(existsSync(path.join(dataDir, 'postgres'))).toBe(false);
    const given = { repository: scene.source.folder, title: addTicket.title, wait: true };
    expect(await call(client, 'start_run', given)).toMatchObject({ state: 'succeeded' });
    await client.close();
    await expect.poll(() => processesMentioning(dataDir), { timeout: 30_000 }).toEqual([]);
  });
});
