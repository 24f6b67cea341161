import type { ServerContext } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { ApiClient, McpBackend } from '../client.ts';
import type { RunDetails } from '../contract.ts';
import { waitForRun } from './wait-for-run.ts';

/** As far as waiting looks at it. */
function details(state: string, fraction: number): RunDetails {
  const run = { state, stage: 'implement', waitReason: null };
  return { run, progress: { fraction, leftMs: null, earlierRuns: 0 } } as unknown as RunDetails;
}

function scene(
  looks: readonly (RunDetails | Error)[],
  { aborted = false, token = true, ending = new AbortController() } = {},
) {
  const told: { progress: number; total: number; message: string }[] = [];
  let asked = 0;
  const api = {
    events: async () => ({ events: [], ended: false }),
    run: async () => {
      const look = looks[Math.min(asked++, looks.length - 1)];
      if (look instanceof Error) throw look;
      return look;
    },
  } as unknown as ApiClient;
  const read: McpBackend['read'] = (ask) => ask(api);
  const backend: McpBackend = {
    read,
    write: read,
    by: 'test',
    ending: ending.signal,
    repositoryOf: (written) => written,
  };
  const context = {
    mcpReq: {
      signal: aborted ? AbortSignal.abort() : new AbortController().signal,
      _meta: token ? { progressToken: 't' } : {},
      notify: async ({ params }: { params: (typeof told)[number] }) => void told.push(params),
    },
  } as unknown as ServerContext;
  const wait = (limitMs: number) => waitForRun({ runId: 'r', limitMs, backend, context, paceMs: 0 });
  return { told, wait, asked: () => asked };
}

describe('waiting for a run', () => {
  it('tells progress that always grows, whatever the estimate does', async () => {
    const looks = [0.5, 0.2, 0.2, 0.9].map((fraction) => details('running', fraction));
    const { told, wait } = scene([...looks, details('succeeded', 1)]);
    expect((await wait(60_000)).run.state).toBe('succeeded');
    expect(told.map(({ progress }) => progress)).toEqual([
      50,
      expect.closeTo(50.001),
      expect.closeTo(50.002),
      90,
      100,
    ]);
    expect(told.at(-1)?.message).toBe('succeeded, stage implement');
  });

  it('ends at its limit, and when nobody waits any more', async () => {
    expect((await scene([details('running', 0)]).wait(0)).run.state).toBe('running');
    const { told, wait, asked } = scene([details('running', 0)], { aborted: true });
    expect((await wait(60_000)).run.state).toBe('running');
    expect([asked(), told]).toEqual([1, []]);
  });

  it('says how things stand when the server is about to end and answers no more', async () => {
    const ending = new AbortController();
    const running = details('running', 0.5);
    const { wait, told } = scene([running, new Error('closing')], { ending });
    const waiting = wait(60_000);
    ending.abort();
    expect(await waiting).toBe(running);
    expect(told).toHaveLength(1);
  });

  it('tells nothing to who did not ask for it', async () => {
    const { told, wait } = scene([details('running', 0), details('failed', 0.4)], { token: false });
    await wait(60_000);
    expect(told).toEqual([]);
  });

  it('outlasts a server that is too busy, and says what else goes wrong', async () => {
    const busy = runyardError('api.busy', { retryAfterSeconds: 0 });
    const ended = details('succeeded', 1);
    expect(await scene([busy, busy, ended]).wait(60_000)).toBe(ended);
    const gone = runyardError('run.not-found', { run: 'r' });
    await expect(scene([gone]).wait(60_000)).rejects.toBe(gone);
  });
});
