import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { BreakerView, NeedsYou, NodeView, OverviewResponse, RunView } from '../../api/contract.ts';
import { noUsage } from '../../domain/usage.ts';
import type { RenderOptions } from '../print-answer.ts';
import { createStyle } from '../terminal.ts';
import { percent } from './figures.ts';
import { renderStatus } from './status.ts';

const at = '2026-11-21T12:00:00.000Z';
const closed: BreakerView = {
  state: 'closed',
  since: null,
  retryAt: null,
  code: null,
  cause: null,
  next: null,
};
const node: NodeView = {
  id: 'node-a',
  host: 'a',
  pid: 1,
  version: '1.0.0',
  state: 'alive',
  since: '2026-11-21T10:00:00.000Z',
  lastHeartbeatAt: '2026-11-21T11:59:58.000Z',
  stoppedAt: null,
  activeRuns: 1,
  duties: [],
  here: true,
  short: [],
  places: 4,
};
const need = (kind: NeedsYou['kind'], id: string, changes: Partial<NeedsYou> = {}): NeedsYou => ({
  kind,
  id,
  ticket: null,
  title: `Ticket of ${id}`,
  repository: '/srv/shop',
  state: kind === 'failed' ? 'failed' : 'waiting',
  stage: null,
  waitReason: kind === 'failed' ? null : 'approval',
  reason: 'approval',
  what: 'The plan waits for approval.',
  since: '2026-11-21T11:00:00.000Z',
  until: kind === 'failed' ? null : '2026-11-21T13:30:00.000Z',
  ...changes,
});

const quiet: OverviewResponse = {
  at,
  hours: 24,
  needsYou: [],
  needsYouTotals: { decide: 0, failed: 0, parked: 0 },
  states: {
    queued: 0,
    starting: 0,
    running: 0,
    waiting: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    timed_out: 0,
  },
  ended: { ended: 0, delivered: 0, failed: 0, timedOut: 0, cancelled: 0, successRate: null },
  failures: { agent: 0, system: 0, person: 0 },
  durations: { medianMs: null, p95Ms: null },
  series: { partMs: 1, parts: [] },
  selfHeal: { hurt: 0, healed: 0, rate: null },
  failureCategories: [],
  spent: {
    usage: noUsage,
    cacheShare: null,
    cost: { usd: 0, status: 'known' },
    unknownCostRuns: 0,
    usdPerDelivered: null,
  },
  queue: {
    waiting: 0,
    oldestAt: null,
    mostWaiting: 1000,
    places: { running: 0, mostRuns: 4 },
    mostRunsPerRepository: 1,
  },
  providers: [{ name: 'acme', breaker: closed, running: 0, mostRuns: null }],
  agentsInTrouble: [],
  nodes: [node],
};

const open: BreakerView = {
  ...closed,
  state: 'open',
  retryAt: '2026-11-21T12:05:00.000Z',
  code: 'model.rate-limited',
  cause: 'The account is used up\nfor now.',
};
const busy: OverviewResponse = {
  ...quiet,
  needsYou: [
    need('decide', 'aaaaaaaaaaaa', { title: `\x1b]0;bad\x07${'long '.repeat(80)}` }),
    ...Array.from({ length: 6 }, (_, index) =>
      need('failed', `bbbbbbbbbbb${index}`, { what: `It failed. ${'really '.repeat(40)}` }),
    ),
    need('parked', 'cccccccccccc', { waitReason: 'quota', what: 'acme is used up.' }),
  ],
  needsYouTotals: { decide: 1, failed: 9, parked: 1 },
  states: { ...quiet.states, waiting: 2, queued: 1, succeeded: 1999, failed: 9 },
  ended: {
    ended: 2008,
    delivered: 1999,
    failed: 8,
    timedOut: 1,
    cancelled: 0,
    successRate: 1999 / 2008,
  },
  failures: { agent: 6, system: 3, person: 0 },
  durations: { medianMs: 200_000, p95Ms: 720_000 },
  selfHeal: { hurt: 5, healed: 4, rate: 0.8 },
  failureCategories: [
    {
      code: 'run.ladder-exhausted',
      side: 'agent',
      count: 6,
      example: { id: 'bbbbbbbbbbb0', title: 't', what: 'w', at },
    },
  ],
  spent: {
    usage: {
      ...noUsage,
      inputTokens: 1_234_567,
      outputTokens: 56,
      cacheReadTokens: 300,
      cacheWriteTokens: 7,
    },
    cacheShare: 0.74,
    cost: { usd: 12.5, status: 'unknown' },
    unknownCostRuns: 2,
    usdPerDelivered: null,
  },
  queue: { ...quiet.queue, waiting: 1, oldestAt: '2026-11-21T11:57:00.000Z' },
  providers: [...quiet.providers, { name: 'other', breaker: open, running: 0, mostRuns: 2 }],
  agentsInTrouble: [{ name: 'claude-code', breaker: { ...open, state: 'half_open', retryAt: null } }],
  nodes: [node, { ...node, id: 'node-b', state: 'lost', here: false, short: null, places: null }],
};
const waiting = [
  {
    id: 'aaaaaaaaaaaa',
    state: 'waiting',
    waitReason: 'approval',
    waitDetail: { reason: 'r', planHash: 'f00d', commit: null },
    spec: { repository: '/srv/shop' },
  } as unknown as RunView,
];

function render(overview: OverviewResponse, columns = 100, colour = false): string {
  const options: RenderOptions = {
    terminal: { columns, style: createStyle(colour) },
    program: 'bin/runyard',
    flags: ' --data-dir /data',
    now: new Date(at),
  };
  return renderStatus({ overview, waiting }, options);
}

describe('runyard status', () => {
  it('O4: begins with what needs somebody, each with the exact command, the plan by its hash', () => {
    const text = render(busy);
    expect(text.split('\n')[0]).toBe('Needs you: 1 to decide, 9 failed, 1 parked');
    expect(text).toContain('    bin/runyard approve aaaaaaaaaaaa --plan f00d --data-dir /data\n');
    expect(text).toContain(
      '    bin/runyard why bbbbbbbbbbb0 --data-dir /data\n    bin/runyard seen bbbbbbbbbbb0',
    );
    expect(text).toContain('waits 1h 00m, goes on by itself in 1h 30m');
    expect(text).toContain('and 4 more: bin/runyard runs --state failed timed_out --data-dir /data');
    expect(text).not.toContain('bbbbbbbbbbb5');
  });

  it('O4: says how runs did, whose doing failures were, and what it cost, the unknown part too', () => {
    const text = render(busy);
    for (const line of [
      'Runs        2,008 ended in the last 24 hours: 1,999 delivered, 8 failed, 1 timed out\n',
      'Success     99.5 %\n',
      'by side: 6 agent, 3 system',
      '6x run.ladder-exhausted (agent), as run bbbbbbbbbbb0',
      'Healed      80 % (4 of 5 whose first attempt did not pass)',
      'Took        3m 20s in the middle, 95 % at most 12m 00s',
      'Cost        $12.5000 known, and 2 runs of unknown cost',
      '74 % of what went in came from the cache',
    ])
      expect(text).toContain(line);
  });

  it('names providers, agents and nodes that are not well, with the time they are tried again', () => {
    const text = render(busy, 200);
    expect(text).toContain('Queue       1 of at most 1,000, the oldest for 3m 00s');
    expect(text).toContain(
      'other: left alone until 2026-11-21 12:05 UTC (in 5m 00s): The account is used up for now.',
    );
    expect(text).toContain('claude-code: one run tries whether it works again');
    expect(text).toContain('node-b: lost, last heard 2.0s ago');
    expect(text).toContain('bin/runyard agents --data-dir /data');
    expect(text).toContain('bin/runyard nodes --data-dir /data');
  });

  it.each([40, 60, 80, 120, 200])('D7: fits %i columns but for commands, and is ASCII', (columns) => {
    for (const colour of [false, true])
      for (const line of render(busy, columns, colour).split('\n').map(stripVTControlCharacters)) {
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        if (!line.includes('bin/runyard')) expect(line.length).toBeLessThanOrEqual(columns);
      }
  });

  it('says what to do first where nothing has happened yet', () => {
    const text = render(quiet);
    expect(text).toContain('Nothing needs you.');
    expect(text).toContain('none ended in the last 24 hours');
    expect(text).not.toContain('Success');
    expect(text).toContain('Providers   1 known, none in trouble');
    expect(text).toContain('No runs yet. Start one with: bin/runyard run --repo .');
  });
});

describe('a share in per cent', () => {
  it.each([
    [null, '-'],
    [0, '0 %'],
    [0.001, '< 1 %'],
    [0.745, '75 %'],
    [0.9999, '99.9 %'],
    [1, '100 %'],
  ])('%j is %s: nearly all is not all', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
