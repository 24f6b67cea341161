import { describe, expect, it } from 'vitest';
import type { Priority } from '../domain/run.ts';
import type { AdmissionSnapshot, QueuedRun } from '../queue/admission-snapshot.ts';
import { type AdmissionLimits, generalLimits, type NodeRoom } from './admission-limits.ts';
import { decideAdmission } from './decide-admission.ts';

const now = new Date('2026-11-21T12:00:00Z');

interface Waiting {
  readonly priority?: Priority;
  readonly waited?: number;
  readonly served?: number | null;
  readonly agent?: string;
  readonly provider?: string | null;
}

function queued(id: string, repository: string, waiting: Waiting = {}): QueuedRun {
  const { priority = 'normal', waited = 0, served = null, agent = 'builtin', provider = null } = waiting;
  const lineServedAt = served === null ? null : minutesAgo(served);
  return { id, repository, priority, createdAt: minutesAgo(waited), agent, provider, lineServedAt };
}

function minutesAgo(minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}

interface Situation {
  readonly byRepository?: Record<string, number>;
  readonly byAgent?: Record<string, number>;
  readonly byProvider?: Record<string, number>;
  readonly unclaimed?: number;
  readonly paused?: Partial<AdmissionSnapshot['paused']>;
  readonly limits?: Partial<AdmissionLimits>;
  readonly node?: Partial<NodeRoom>;
}

function decide(runs: QueuedRun[], situation: Situation = {}) {
  const { byRepository = {}, byAgent = {}, byProvider = {}, unclaimed = 0, paused } = situation;
  const total = Object.values(byRepository).reduce((sum, count) => sum + count, 0);
  const snapshot: AdmissionSnapshot = {
    now,
    queued: runs,
    active: { total, unclaimed, byRepository, byAgent, byProvider },
    paused: { providers: [], agents: [], ...paused },
  };
  const limits = { ...generalLimits({ maxRuns: 100, maxRunsPerRepository: 1 }), ...situation.limits };
  return decideAdmission(snapshot, { limits, node: { freePlaces: 100, short: [], ...situation.node } });
}

const held = (id: string, ...reasons: string[]) => ({ id, reasons });

describe('decideAdmission', () => {
  it('Q2: admits at most maxRuns in all and maxRunsPerRepository of one repository', () => {
    const runs = [queued('a', 'x'), queued('b', 'x'), queued('c', 'y'), queued('d', 'z')];
    expect(decide(runs, { limits: { maxRuns: 2 } })).toEqual({
      admit: ['a', 'c'],
      held: [held('d', 'global-limit'), held('b', 'repository-limit', 'global-limit')],
    });
    expect(decide(runs, { byRepository: { x: 1 } }).admit).toEqual(['c', 'd']);
  });

  it('Q2: a repository, an agent or a provider with a limit of its own has that one instead of the general one', () => {
    const runs = ['a', 'b', 'c', 'd'].map((id) => queued(id, 'x', { agent: 'claude-code', provider: 'p' }));
    const limits = { maxRunsPerRepository: 1, maxRunsPerAgent: 1, maxRunsPerProvider: 1 };
    const own = { repositories: { x: 4 }, agents: { 'claude-code': 3 }, providers: { p: 2 } };
    expect(decide(runs, { limits: { ...limits, ...own } }).admit).toHaveLength(2);
    expect(decide(runs, { limits: { ...limits, ...own, providers: { p: 9 } } }).admit).toHaveLength(3);
    expect(
      decide(runs, { limits: { ...own, agents: { 'claude-code': 9 }, providers: {} } }).admit,
    ).toHaveLength(4);
  });

  it('Q2: keeps the limits of agents and provider accounts, and lets others by', () => {
    const runs = [
      queued('a', 'v', { agent: 'claude-code' }),
      queued('b', 'w', { provider: 'busy' }),
      queued('c', 'x', { provider: 'free' }),
      queued('d', 'y', { provider: null }),
    ];
    expect(
      decide(runs, {
        byAgent: { 'claude-code': 2 },
        byProvider: { busy: 3 },
        limits: { agents: { 'claude-code': 2 }, maxRunsPerProvider: 3 },
      }),
    ).toEqual({ admit: ['c', 'd'], held: [held('a', 'agent-limit'), held('b', 'provider-limit')] });
  });

  it('Q2: what is paused does not start, and takes no place from others', () => {
    const runs = [
      queued('a', 'x', { agent: 'claude-code' }),
      queued('b', 'x', { provider: 'p' }),
      queued('c', 'x'),
    ];
    expect(decide(runs, { paused: { agents: ['claude-code'], providers: ['p'] } })).toEqual({
      admit: ['c'],
      held: [held('a', 'paused'), held('b', 'paused')],
    });
  });

  it('Q2: a node admits no more than it has free places, less what is admitted and not taken yet', () => {
    const runs = [queued('a', 'x'), queued('b', 'y'), queued('c', 'z')];
    const situation = { byRepository: { v: 1 }, unclaimed: 1, node: { freePlaces: 2 } };
    expect(decide(runs, situation)).toEqual({
      admit: ['a'],
      held: [held('b', 'node-full'), held('c', 'node-full')],
    });
    expect(decide(runs, { ...situation, node: { freePlaces: 1 } }).admit).toEqual([]);
    expect(decide(runs, { ...situation, node: { freePlaces: null } }).admit).toHaveLength(3);
  });

  it('X10: admits nothing while disk or memory is short, and says so', () => {
    expect(decide([queued('a', 'x')], { node: { short: ['low-disk', 'low-memory'] } })).toEqual({
      admit: [],
      held: [held('a', 'low-disk', 'low-memory')],
    });
  });

  it('Q1: a higher priority goes first, but being passed over long enough outweighs it', () => {
    const fresh = (['low', 'urgent', 'normal', 'high'] as const).map((priority) =>
      queued(priority, priority, { priority }),
    );
    expect(decide(fresh).admit).toEqual(['urgent', 'high', 'normal', 'low']);
    const aged = [
      queued('low', 'x', { priority: 'low', waited: 300 }),
      queued('high', 'y', { priority: 'high' }),
    ];
    expect(decide(aged).admit).toEqual(['low', 'high']);
  });

  it('Q2: a thousand old tickets of one repository do not go before the next one of another', () => {
    const flood = Array.from({ length: 1000 }, (_, n) =>
      queued(`x${String(n).padStart(4, '0')}`, 'x', { waited: 600, served: 1 }),
    );
    const { admit } = decide([...flood, queued('y', 'y')], {
      byRepository: { x: 3 },
      limits: { maxRuns: 5, maxRunsPerRepository: 10 },
    });
    expect(admit).toEqual(['y', 'x0000']);
  });

  it('Q1: a run that long waits for its agent keeps the place of its repository, and only that', () => {
    const runs = (waited: number) => [
      queued('old', 'x', { agent: 'scarce', waited }),
      queued('sibling', 'x'),
      queued('other', 'y'),
    ];
    const situation = { byAgent: { scarce: 1 }, limits: { agents: { scarce: 1 } } };
    expect(decide(runs(30), situation).admit).toEqual(['other', 'sibling']);
    expect(decide(runs(90), situation)).toEqual({
      admit: ['other'],
      held: [held('old', 'agent-limit'), held('sibling', 'repository-limit')],
    });
  });

  it('a repository named like a property of every object is one like others', () => {
    expect(decide([queued('a', 'constructor'), queued('b', '__proto__')]).admit).toEqual(['a', 'b']);
  });
});
