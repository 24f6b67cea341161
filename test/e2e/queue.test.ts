import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { queueResponseSchema, runResponseSchema } from '../../src/api/contract.ts';
import { runCli } from './support/cli.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let repository: string;
let agent: string;
const servers: TestServer[] = [];

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  repository = (await createRepository(path.join(folder, 'shop'), { 'README.md': 'A shop.\n' })).folder;
  const script = path.join(folder, 'patient-agent.sh');
  await writeFile(script, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  agent = `command:${script}`;
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill('SIGTERM');
});
afterAll(() => removeFolder?.());

async function serve(
  name: string,
  scheduler: object,
): Promise<{ server: TestServer; dataDir: string; words: string[] }> {
  const dataDir = path.join(folder, name);
  const config = path.join(folder, `${name}.yaml`);
  await writeFile(config, JSON.stringify({ scheduler, checks: { mode: 'off' } }));
  const words = ['--data-dir', dataDir, '--config', config];
  const server = await startServer(dataDir, {}, ['--config', config, '--drain', '1s']);
  servers.push(server);
  return { server, dataDir, words };
}

const spec = () =>
  testSpec({ repository, ticket: { key: null, title: 'Wait', body: '' }, agent, attempts: 1 });

async function queueOf(words: readonly string[]) {
  const { code, stdout, stderr } = await runCli(['queue', '--json', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return queueResponseSchema.parse(JSON.parse(stdout));
}

describe('a full queue', () => {
  it('Q3, Q7: refuses with 429, Retry-After and exit code 4, answers a known key, and drops nothing it accepted', async () => {
    const { server, words } = await serve('full', { maxQueued: 2 });
    const holder = await server.create(spec());
    await server.waitForEvent(holder, ({ type }) => type === 'attempt.started');
    const waiting = [await server.create(spec())];
    const keyed = { spec: spec(), idempotencyKey: 'hook-7' };
    const made = await server.post('/api/v1/runs', keyed);
    expect(made.status).toBe(201);
    waiting.push(runResponseSchema.parse(await made.json()).run.id);

    const refusals = await Promise.all(
      Array.from({ length: 20 }, () => server.post('/api/v1/runs', { spec: spec() })),
    );
    for (const refusal of refusals) {
      expect(refusal.status).toBe(429);
      expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(await refusal.json()).toMatchObject({
        error: { code: 'api.queue-full', kind: 'retryable', fields: { queued: 2, limit: 2 } },
      });
    }
    const again = await server.post('/api/v1/runs', keyed);
    expect(again.status).toBe(200);
    expect(runResponseSchema.parse(await again.json()).run.id).toBe(waiting[1]);

    const one = [
      'run',
      '--repo',
      repository,
      '--title',
      'One too many',
      '--agent',
      agent,
      '--no-plan',
      '--no-checks',
    ];
    const { code, stdout, stderr } = await runCli([...one, ...words]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('The queue is full');
    expect(stderr).toMatch(/Try again in \d+ seconds/);

    const queue = await queueOf(words);
    expect(queue.waiting.map(({ id, reasons }) => [id, reasons])).toEqual(
      waiting.map((id) => [id, ['repository-limit']]),
    );
    expect(queue.active).toMatchObject([{ id: holder, state: 'running', repository, agent, provider: null }]);
    const text = (await runCli(['queue', ...words])).stdout;
    for (const shown of [...waiting, holder, '1 of 4 places are taken', '1 at once of this repository'])
      expect(text).toContain(shown);
  });
});

describe('a node without disk', () => {
  it('X10: accepts, starts nothing and says why; with room again it starts by itself', async () => {
    const dear = await serve('disk', { minFreeDiskMb: 10_000_000 });
    const id = await dear.server.create(spec());
    const queue = await queueOf(dear.words);
    expect(queue.waiting).toMatchObject([{ id, reasons: ['low-disk'] }]);
    expect(queue.node?.short).toMatchObject([{ what: 'disk', neededBytes: 10_000_000 * 1024 * 1024 }]);
    expect((await runCli(['queue', ...dear.words])).stdout).toMatch(
      /This node starts nothing: \d+ MB of disk free/,
    );
    expect(dear.server.output()).toContain('starts no runs');
    await dear.server.kill('SIGTERM');
    servers.splice(0);

    expect((await runCli(['queue', ...dear.words])).stdout).toContain('No server serves this data folder');
    const cheap = await serve('disk', { minFreeDiskMb: 0 });
    await cheap.server.waitForEvent(id, ({ type }) => type === 'attempt.started');
    expect(cheap.server.output()).toContain('enough disk and memory again');
    expect(await queueOf(cheap.words)).toMatchObject({ waiting: [], active: [{ id }] });
  });

  it('Q1: an empty queue says so', async () => {
    const { words, dataDir } = await serve('empty', {});
    expect((await runCli(['queue', ...words])).stdout).toBe(
      '0 of 4 places are taken.\n\nNothing waits and nothing runs.\n',
    );
    expect(await readFile(path.join(dataDir, 'server.json'), 'utf8')).toContain('url');
  });
});
