import type { ServerContext } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { noUsage } from '../../domain/usage.ts';
import type { ApiClient, McpBackend } from '../client.ts';
import { runTools } from './run-tools.ts';
import { startedSchema } from './schemas.ts';

const run = {
  id: 'run1',
  spec: { ticket: { key: null, title: 'A ticket', body: '' }, repository: '/source' },
  state: 'queued',
  stage: null,
  attempt: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
  durationMs: null,
  usage: noUsage,
  cost: { usd: 0, status: 'known' },
  waitReason: null,
  waitDetail: null,
  waitUntil: null,
  delivery: null,
  error: null,
};

it('start_run names the run it made, also when waiting for it fails', async () => {
  const api = {
    submitTicket: async () => ({ run }),
    events: async () => {
      throw runyardError('run.not-found', { run: 'run1' });
    },
  } as unknown as ApiClient;
  const ask: McpBackend['read'] = (work) => work(api);
  const backend: McpBackend = { read: ask, write: ask, by: 'test', repositoryOf: (written) => written };
  const context = { mcpReq: { signal: new AbortController().signal } } as unknown as ServerContext;
  const tool = runTools.find(({ name }) => name === 'start_run');
  const input = tool?.input.parse({ repository: '/source', title: 'A ticket', body: '', wait: true });
  const answer = startedSchema.parse(await tool?.run({ input: input ?? {}, backend, context }));
  expect(answer).toMatchObject({ id: 'run1', settled: false, notWaited: { code: 'run.not-found' } });
});
