import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type {
  BreakerView,
  ModelCallsResponse,
  NodesResponse,
  RepositoriesResponse,
  RepositoryResponse,
  RunLine,
} from '../../api/contract.ts';
import { noUsage } from '../../domain/usage.ts';
import type { RenderOptions } from '../print-answer.ts';
import { createStyle } from '../terminal.ts';
import { renderAgents, type Usable } from './agents.ts';
import { renderModelCalls } from './model-calls.ts';
import { renderNodes } from './nodes.ts';
import { renderRepositories, renderRepository } from './repositories.ts';

const at = '2026-11-21T12:00:00.000Z';
const earlier = '2026-11-21T11:00:00.000Z';
const hostile = `\x1b]0;bad\x07${'long '.repeat(60)}`;

function optionsFor(columns: number, colour = false): RenderOptions {
  return {
    terminal: { columns, style: createStyle(colour) },
    program: 'bin/runyard',
    flags: ' --data-dir /data',
    now: new Date(at),
  };
}

const ended = { ended: 8, delivered: 6, failed: 2, timedOut: 0, cancelled: 0, successRate: 0.75 };
const lastRun: RunLine = {
  id: '4k2jtestrun1',
  ticket: null,
  title: hostile,
  state: 'timed_out',
  error: 'run.deadline-exceeded',
  createdAt: earlier,
  endedAt: at,
  durationMs: 3_600_000,
  attempts: 2,
  cost: { usd: 0.5, status: 'unknown' },
};
const shop = { name: "/srv/it's/shop", open: 1, ended, limit: { running: 1, mostRuns: 2 }, lastRun };
const repositories: RepositoriesResponse = {
  repositories: [
    { ...shop, checks: ['types', 'test'] },
    { ...shop, name: `https://git.example/${'x'.repeat(200)}.git`, checks: null },
  ],
};
const repository: RepositoryResponse = {
  ...shop,
  durations: { medianMs: 60_000, p95Ms: 120_000 },
  checks: {
    run: '4k2jtestrun1',
    at: earlier,
    found: [
      {
        name: 'test',
        kind: 'test',
        command: ['npm', 'test'],
        source: 'package.json scripts.test',
        timeoutMs: 60_000,
        status: 'failed',
        baseStatus: 'passed',
        durationMs: 900,
      },
    ],
  },
  recent: [lastRun],
};

const closed: BreakerView = {
  state: 'closed',
  since: null,
  retryAt: null,
  code: null,
  cause: null,
  next: null,
};
const usable: Usable = {
  agents: [
    {
      name: 'builtin',
      configured: true,
      available: true,
      version: '1.0.0',
      problem: null,
      checkedAt: at,
      breaker: closed,
      running: 1,
      mostRuns: 2,
    },
    {
      name: 'claude-code',
      configured: false,
      available: false,
      version: null,
      problem: { what: 'It is not installed.', why: 'No claude in PATH.', next: 'Install it.' },
      checkedAt: at,
      breaker: closed,
      running: 0,
      mostRuns: null,
    },
  ],
  providers: [
    {
      name: 'acme',
      kind: 'anthropic',
      host: 'api.acme.example',
      hasKey: true,
      breaker: {
        ...closed,
        state: 'open',
        retryAt: '2026-11-21T12:05:00.000Z',
        cause: 'Used up.',
        next: 'Nothing.',
      },
      parked: 3,
      parkedUntil: '2026-11-21T12:10:00.000Z',
      running: 0,
      mostRuns: 4,
      models: [
        {
          name: 'acme/large',
          configured: true,
          openRuns: 3,
          contextTokens: 200_000,
          outputTokens: null,
          priceKnown: false,
        },
      ],
    },
  ],
};

const node: NodesResponse['nodes'][number] = {
  id: 'node-a',
  host: 'a.example',
  pid: 7,
  version: '1.0.0',
  state: 'alive',
  since: earlier,
  lastHeartbeatAt: '2026-11-21T11:59:58.000Z',
  stoppedAt: null,
  activeRuns: 1,
  duties: [{ name: 'reaper', since: earlier }],
  here: true,
  short: [{ what: 'disk', freeBytes: 1024 * 1024, neededBytes: 5 * 1024 * 1024 }],
  places: 4,
};
const nodes: NodesResponse = {
  at,
  nodes: [
    node,
    { ...node, id: 'node-b', state: 'lost', here: false, short: null, places: null, version: null },
  ],
};

const call: ModelCallsResponse['calls'][number] = {
  id: 'c1',
  at,
  stage: 'implement',
  attempt: 2,
  provider: 'acme',
  model: 'large',
  status: 'ok',
  httpStatus: 200,
  errorCode: null,
  usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 300, cacheWriteTokens: 0 },
  cacheShare: 0.75,
  costUsd: 0.5,
  retries: 0,
  durationMs: 2000,
  timeToFirstByteMs: 500,
  requestId: null,
};
const modelCalls: ModelCallsResponse = {
  calls: [
    call,
    {
      ...call,
      status: 'error',
      httpStatus: 429,
      errorCode: 'model.rate-limited',
      usage: null,
      cacheShare: null,
      costUsd: null,
    },
  ],
  next: null,
  total: {
    calls: 2,
    failed: 1,
    usage: { ...noUsage, inputTokens: 100, outputTokens: 10, cacheReadTokens: 300 },
    cacheShare: 0.75,
    cost: { usd: 0.5, status: 'unknown' },
  },
};

const all: readonly (readonly [string, (options: RenderOptions) => string])[] = [
  ['repositories', (options) => renderRepositories(repositories, options)],
  ['repositories <repository>', (options) => renderRepository(repository, options)],
  ['agents', (options) => renderAgents(usable, options)],
  ['nodes', (options) => renderNodes(nodes, options)],
  ['model-calls', (options) => renderModelCalls(modelCalls, options)],
];

describe.each(all)('runyard %s', (_, render) => {
  it.each([60, 80, 100, 140, 240])('D7: fits %i columns but for commands, and is ASCII', (columns) => {
    for (const colour of [false, true])
      for (const line of render(optionsFor(columns, colour)).split('\n').map(stripVTControlCharacters)) {
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        if (!line.includes('bin/runyard')) expect(line.length).toBeLessThanOrEqual(columns);
      }
  });
});

describe('repositories', () => {
  it('say how they do, and how to see one of them, quoted for a shell', () => {
    const text = renderRepositories(repositories, optionsFor(200));
    expect(text).toMatch(/it's\/shop +1 +1 of 2 +8 +75 % +timed out 1h 00m ago +types, test/);
    expect(text).toContain("bin/runyard repositories '/srv/it'\\''s/shop' --data-dir /data");
    expect(renderRepositories({ repositories: [] }, optionsFor(80))).toContain('No runs yet. Start one');
  });

  it('one shows its checks, where they were found, and its last runs', () => {
    const text = renderRepository(repository, optionsFor(200));
    expect(text).toContain('8 ended, 6 delivered (75 %)');
    expect(text).toMatch(/test +failed +passed +900ms +1m 00s +npm test +package\.json scripts\.test/);
    expect(text).toMatch(/4k2jtestrun1 +timed out +1h 00m +1h 00m +2 +> \$0\.5000/);
    expect(renderRepository({ ...repository, checks: null, recent: [] }, optionsFor(80))).toContain(
      'none of the last runs got that far',
    );
  });
});

describe('agents and providers', () => {
  it('S2: say what is left alone until when, what is parked, and what cannot be used', () => {
    const text = renderAgents(usable, optionsFor(140));
    expect(text).toContain('claude-code: It is not installed. No claude in PATH. Install it.');
    expect(text).toContain('acme: left alone until 2026-11-21 12:05 UTC (in 5m 00s): Used up. Nothing.');
    expect(text).toContain('acme: 3 parked, the first goes on at 2026-11-21 12:10 UTC (in 10m 00s)');
    expect(text).toMatch(/acme\/large +3 +unknown +200,000 +-/);
  });

  it('say so where there are none', () => {
    expect(renderAgents({ agents: [], providers: [] }, optionsFor(80))).toBe(
      'There are no agents.\n\nNo provider is configured. See what is missing with: bin/runyard doctor',
    );
  });
});

describe('nodes', () => {
  it('say which answered, which is lost, and what one has too little of', () => {
    const text = renderNodes(nodes, optionsFor(120));
    expect(text).toMatch(/node-a \* +alive +1 of 4 +2\.0s ago/);
    expect(text).toContain('node-a: starts nothing: 1 MB of disk free, 5 MB needed');
    expect(text).toContain('node-b: lost, last heard 2.0s ago');
    expect(renderNodes({ at, nodes: [] }, optionsFor(80))).toContain('bin/runyard serve --data-dir /data');
  });
});

describe('model calls', () => {
  it('show what went in, what of it came from the cache, and that a cost is not known', () => {
    const text = renderModelCalls(modelCalls, optionsFor(140));
    expect(text).toMatch(/12:00:00 +implement 2 +acme\/large +ok +400 +10 +75 % +\$0\.5000 +2\.0s/);
    expect(text).toMatch(/model\.rate-limited HTTP 429 +- +- +- +unknown/);
    expect(text).toContain('2 calls, 1 failed');
    expect(text).toContain('> $0.5000');
  });

  it('say why there may be none', () => {
    const none = { ...modelCalls, calls: [], total: { ...modelCalls.total, calls: 0, failed: 0 } };
    expect(renderModelCalls(none, optionsFor(80))).toContain('made no model calls');
  });
});
