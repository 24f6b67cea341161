import { describe, expect, it } from 'vitest';
import type { Priority } from '../domain/run.ts';
import type { AdmissionSnapshot, QueuedRun } from '../queue/admission-snapshot.ts';
import { decideAdmission } from './decide-admission.ts';

const now = new Date('2026-11-21T12:00:00Z');

const paused = { providers: [], agents: [] };

function queued(id: string, repository: string, priority: Priority = 'normal', waitedMinutes = 0): QueuedRun {
  const createdAt = new Date(now.getTime() - waitedMinutes * 60_000);
  return { id, repository, priority, createdAt, agent: 'builtin', provider: null };
}

function snapshot(runs: QueuedRun[], byRepository: Record<string, number> = {}): AdmissionSnapshot {
  const total = Object.values(byRepository).reduce((sum, count) => sum + count, 0);
  return { now, queued: runs, active: { total, byRepository, byAgent: {}, byProvider: {} }, paused };
}

describe('decideAdmission', () => {
  it('Q2: admits at most maxRuns in all and maxRunsPerRepository of one repository', () => {
    const runs = [queued('a', 'x'), queued('b', 'x'), queued('c', 'y'), queued('d', 'z')];
    expect(decideAdmission(snapshot(runs), { maxRuns: 2, maxRunsPerRepository: 1 })).toHaveLength(2);
    expect(decideAdmission(snapshot(runs, { x: 1 }), { maxRuns: 9, maxRunsPerRepository: 1 })).toEqual([
      'c',
      'd',
    ]);
  });

  it('Q1: a higher priority goes first, but waiting long enough outweighs it', () => {
    const fresh = [queued('low', 'x', 'low'), queued('urgent', 'y', 'urgent'), queued('high', 'z', 'high')];
    expect(decideAdmission(snapshot(fresh), { maxRuns: 2, maxRunsPerRepository: 1 })).toEqual([
      'urgent',
      'high',
    ]);
    const aged = [queued('low', 'x', 'low', 300), queued('high', 'y', 'high', 0)];
    expect(decideAdmission(snapshot(aged), { maxRuns: 1, maxRunsPerRepository: 1 })).toEqual(['low']);
  });

  it('M6: runs whose provider or agent is paused stay queued, and nobody else', () => {
    const runs = [
      { ...queued('a', 'x'), provider: 'anthropic' },
      { ...queued('b', 'y'), provider: 'openai' },
      { ...queued('c', 'z'), agent: 'claude-code' },
      queued('d', 'w'),
    ];
    const snap = { ...snapshot(runs), paused: { providers: ['anthropic'], agents: ['claude-code'] } };
    expect(decideAdmission(snap, { maxRuns: 9, maxRunsPerRepository: 1 }).toSorted()).toEqual(['b', 'd']);
  });

  it('admits nothing when every place is taken', () => {
    expect(
      decideAdmission(snapshot([queued('a', 'x')], { y: 3 }), { maxRuns: 3, maxRunsPerRepository: 1 }),
    ).toEqual([]);
  });
});
