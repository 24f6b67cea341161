import { describe, expect, it } from 'vitest';
import { decideReaping, processGraceMs, type ReapSnapshot, retryDelayMs } from './decide-reaping.ts';

const now = new Date('2026-01-02T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

function keysOf(changes: Partial<ReapSnapshot>): string[] {
  const nothing: ReapSnapshot = {
    now,
    nodeId: 'here',
    active: new Set(),
    workspaces: [],
    runs: new Map(),
    entries: [],
    processes: [],
    temporary: [],
    failures: new Map(),
  };
  return decideReaping({ ...nothing, ...changes }).map(({ key }) => key);
}

const entry = (kind: string, { isThere }: { isThere: boolean }) => ({
  key: `${kind}:run-1`,
  runId: 'run-1',
  kind,
  handle: '/x',
  isThere,
});

describe('what the reaper removes', () => {
  it('G2: workspaces of runs that nobody works on here, and what an earlier removal left', () => {
    const runs: ReapSnapshot['runs'] = new Map([
      ['claimed', { state: 'running', nodeId: 'here' }],
      ['moved', { state: 'running', nodeId: 'there' }],
      ['ended', { state: 'failed', nodeId: null }],
    ]);
    const workspaces = [
      'working',
      'working.removing',
      'claimed',
      'claimed.removing',
      'moved',
      'ended',
      'nobody',
    ];
    expect(keysOf({ workspaces, runs, active: new Set(['working']) })).toEqual([
      'workspace:claimed.removing',
      'workspace:moved',
      'workspace:ended',
      'workspace:nobody',
    ]);
  });

  it('X1: never a workspace that was set aside for a person', () => {
    expect(keysOf({ workspaces: ['run-1.unsaved-2'] })).toEqual([]);
  });

  it('X10: workers nobody watches, and entries whose thing is gone', () => {
    const gone = [entry('worker', { isThere: false }), entry('workspace', { isThere: false })];
    expect(keysOf({ entries: [entry('worker', { isThere: true })] })).toEqual(['worker:run-1']);
    expect(keysOf({ entries: gone })).toEqual(['worker:run-1', 'workspace:run-1']);
    expect(keysOf({ entries: gone, active: new Set(['run-1']) })).toEqual([]);
    expect(keysOf({ entries: [entry('workspace', { isThere: true })] })).toEqual([]);
  });

  it('X10: not the entry of a workspace that was claimed and is not made yet', () => {
    const entries = [entry('workspace', { isThere: false })];
    const runs: ReapSnapshot['runs'] = new Map([['run-1', { state: 'running', nodeId: 'here' }]]);
    expect(keysOf({ entries, runs })).toEqual([]);
  });

  it('X10: processes whose starter has been gone for longer than an orderly end takes', () => {
    const processes = [
      { handle: '1:1', since: ago(processGraceMs) },
      { handle: '2:2', since: ago(processGraceMs - 1) },
    ];
    expect(keysOf({ processes })).toEqual(['process:1:1']);
  });

  it('G2: what could not be removed is tried again later and later, for ever, at least once an hour', () => {
    const tried = (times: number, at: Date) =>
      keysOf({
        workspaces: ['run-1'],
        failures: new Map([['workspace:run-1', { times, at }]]),
      });
    for (const times of [1, 2, 100]) {
      expect(tried(times, ago(retryDelayMs(times) - 1))).toEqual([]);
      expect(tried(times, ago(retryDelayMs(times)))).toEqual(['workspace:run-1']);
    }
    expect([1, 2, 3, 100].map(retryDelayMs)).toEqual([60_000, 120_000, 240_000, 3_600_000]);
  });
});
