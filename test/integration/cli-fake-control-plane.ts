import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type {
  DiffResponse,
  EventView,
  PlansResponse,
  RunDetails,
  RunView,
  WhyResponse,
} from '../../src/api/contract.ts';
import { type RunyardError, runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { NewEvent } from '../../src/domain/events.ts';
import type { RunSpec } from '../../src/domain/run.ts';
import type { RunState } from '../../src/domain/run-state.ts';
import { noUsage } from '../../src/domain/usage.ts';

const token = 'rya_test-token';
const runId = '4k2jtestrun1';

/** A small real HTTP server that speaks /api/v1 and plays one run, so that the command line is tested without a worker. */
export interface FakeControlPlane {
  readonly runId: string;
  /** Bodies of requests by `METHOD path`. */
  readonly requests: ReadonlyMap<string, readonly unknown[]>;
  /** What the run becomes, with the events that lead there. */
  become(change: Partial<RunView>, events?: readonly NewEvent[]): void;
  /** Called when a request of this kind comes, after it was answered. */
  on(request: string, react: () => void): void;
  fail(request: string, error: RunyardError): void;
  details: Partial<RunDetails>;
  plans: Omit<PlansResponse, 'run'>;
  diff: DiffResponse;
  why: WhyResponse;
  listed: boolean;
  close(): Promise<void>;
}

export async function startFakeControlPlane(dataDir: string): Promise<FakeControlPlane> {
  const state = createState();
  const server = http.createServer((request, response) => {
    void respond(state, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const startedAt = new Date().toISOString();
  const file = { url, pid: process.pid, node: 'test', version: '0', startedAt };
  await writeFile(path.join(dataDir, 'server.json'), JSON.stringify(file));
  await writeFile(path.join(dataDir, 'api-token'), `${token}\n`, { mode: 0o600 });
  return Object.assign(state.plane, {
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

interface State {
  readonly plane: Omit<FakeControlPlane, 'close'>;
  run: RunView;
  readonly events: EventView[];
  readonly failures: Map<string, RunyardError>;
  readonly reactions: Map<string, () => void>;
  readonly requests: Map<string, unknown[]>;
  wake: () => void;
}

function createState(): State {
  const requests = new Map<string, unknown[]>();
  const state: State = {
    run: runView('queued'),
    events: [],
    failures: new Map(),
    reactions: new Map(),
    requests,
    wake: () => undefined,
    plane: {
      runId,
      requests,
      become(change, events = []) {
        state.run = { ...state.run, ...change };
        for (const event of events) state.events.push(stored(event, state.events.length + 1));
        state.wake();
      },
      on: (request, react) => void state.reactions.set(request, react),
      fail: (request, error) => void state.failures.set(request, error),
      details: {},
      plans: { revisions: [], waiting: null },
      diff: { diff: '', truncated: false, files: [] },
      why: { state: 'queued', class: 'queued', headline: '', evidence: [], tried: [], saved: [], next: [] },
      listed: true,
    },
  };
  return state;
}

async function respond(
  state: State,
  request: http.IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://x');
  const route = `${request.method} ${url.pathname.replace('/api/v1', '').replace(runId, ':id').replace('4k2j', ':id')}`;
  const text = await textOf(request);
  const body: unknown = text === '' ? null : JSON.parse(text);
  state.requests.set(route, [...(state.requests.get(route) ?? []), body]);
  if (route === 'GET /health') return { status: 200, body: health() };
  if (request.headers.authorization !== `Bearer ${token}`)
    return refusal(runyardError('api.unauthorized', { route }), 401);
  const failure = state.failures.get(route);
  if (failure) return refusal(failure, 409);
  const answer = await answerOf(state, { route, url, body });
  setImmediate(() => state.reactions.get(route)?.());
  return answer
    ? { status: 200, body: answer }
    : refusal(runyardError('run.not-found', { run: url.pathname.split('/')[4] ?? '' }), 404);
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

async function answerOf(
  state: State,
  { route, url, body }: { route: string; url: URL; body: unknown },
): Promise<unknown> {
  const { plane, run } = state;
  switch (route) {
    case 'POST /runs':
      state.run = { ...run, spec: (body as { spec: RunSpec }).spec };
      return { run: state.run };
    case 'GET /runs':
      return { runs: plane.listed ? [run] : [], next: null };
    case 'GET /runs/:id':
      return {
        run,
        plan: null,
        attempts: [],
        checkpoint: null,
        snapshots: [],
        rollback: null,
        waits: [],
        activity: null,
        ...plane.details,
      };
    case 'GET /runs/:id/events':
      return eventsAfter(
        state,
        Number(url.searchParams.get('after')),
        Number(url.searchParams.get('waitMs')),
      );
    case 'GET /runs/:id/diff':
      return plane.diff;
    case 'GET /runs/:id/why':
      return plane.why;
    case 'GET /runs/:id/plans':
      return { run, ...plane.plans };
    case 'POST /runs/:id/approve':
    case 'POST /runs/:id/send-back':
    case 'POST /runs/:id/answer':
    case 'POST /runs/:id/cancel':
      return { run };
    case 'POST /runs/:id/rollback':
      return {
        mode: (body as { mode: string }).mode,
        branch: 'runyard/x',
        commit: 'c'.repeat(40),
        by: 'ada',
        at: '2026-11-21T12:00:00.000Z',
        found: false,
        changed: true,
      };
    default:
      return null;
  }
}

async function eventsAfter(state: State, after: number, waitMs: number) {
  const settled = () => !['queued', 'starting', 'running'].includes(state.run.state);
  if (state.events.length <= after && !settled() && waitMs > 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  return { events: state.events.slice(after), ended: settled() };
}

function refusal(error: RunyardError, status: number) {
  return { status, body: { error: toErrorData(error) } };
}

function health() {
  const sandbox = { mode: 'none', why: '' };
  return {
    status: 'ok',
    version: '0',
    node: 'test',
    pid: process.pid,
    database: 'ok',
    schemaVersion: '1',
    sandbox,
    activeRuns: 0,
  };
}

function stored(event: NewEvent, seq: number): EventView {
  return {
    runId,
    seq,
    at: new Date(Date.UTC(2026, 0, 1) + seq * 1500).toISOString(),
    type: event.type,
    data: event.data,
  };
}

function runView(state: RunState): RunView {
  const ms = 60_000;
  const createdAt = new Date(Date.UTC(2026, 0, 1)).toISOString();
  return {
    id: runId,
    spec: {
      ticket: { key: null, title: 'A title', body: '' },
      repository: '/repository',
      base: null,
      priority: 'normal',
      ladder: [{ agent: 'builtin', model: 'a/m', attempts: 2 }],
      plan: { mode: 'off', model: null },
      checks: { mode: 'auto', commands: null, allowUnverified: false },
      thinking: { planTokens: 0, implementTokens: 0 },
      limits: {
        runMs: ms,
        stageMs: ms,
        attemptMs: ms,
        checkMs: ms,
        gitMs: ms,
        modelCallMs: ms,
        silenceMs: ms,
        approvalMs: ms,
        queueMs: ms,
        parkMs: ms,
        killGraceMs: ms,
        recoveries: 3,
        turns: 100,
      },
    },
    state,
    stage: null,
    attempt: 0,
    epoch: 1,
    owner: null,
    leaseExpiresAt: null,
    startDeadlineAt: null,
    deadlineAt: null,
    expiresAt: createdAt,
    waitReason: null,
    waitUntil: null,
    waitDetail: null,
    stopIntent: null,
    recoveries: 0,
    delivery: null,
    error: null,
    createdAt,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    usage: { ...noUsage, inputTokens: 1234, outputTokens: 56, turns: 3 },
    cost: { usd: 0.0123, status: 'known' },
    links: { self: '', events: '', diff: '', why: '' },
  };
}
