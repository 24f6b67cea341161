import { describe, expect, it } from 'vitest';
import type { NewEvent, RunEvent } from './events.ts';
import type { Run } from './run.ts';
import { waitsOf } from './waits.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 12, minute));
const MINUTE = 60_000;

function run(change: Partial<Run>): Run {
  const limits = { silenceMs: 5 * MINUTE, attemptMs: 15 * MINUTE, stageMs: 25 * MINUTE, killGraceMs: 5_000 };
  const base = { id: 'abc', state: 'queued', expiresAt: at(59), stopIntent: null, spec: { limits } };
  return { ...base, ...change } as unknown as Run;
}

function events(...list: [minute: number, event: NewEvent][]): RunEvent[] {
  return list.map(([minute, event], index) => ({ ...event, runId: 'abc', seq: index + 1, at: at(minute) }));
}

const shown = (change: Partial<Run>, list: RunEvent[] = []) =>
  waitsOf({ run: run(change), events: list }).map(({ what, until }) => [what, until.getUTCMinutes()]);

describe('waitsOf', () => {
  it('S2: every state that is not an end has a deadline', () => {
    expect(shown({ state: 'queued' })).toEqual([['a free place', 59]]);
    expect(shown({ state: 'starting', startDeadlineAt: at(10) })).toEqual([['a worker that takes it', 10]]);
    expect(shown({ state: 'waiting', waitReason: 'approval', waitUntil: at(30) })).toEqual([
      ['an approval', 30],
    ]);
    expect(shown({ state: 'failed' })).toEqual([]);
  });

  it('S2: a working agent has those of silence, attempt, stage and run, the nearest first', () => {
    const list = events(
      [1, { type: 'stage.started', data: { stage: 'implement', attempt: 1 } }],
      [1, { type: 'attempt.started', data: { attempt: 1, agent: 'builtin', model: null, reason: 'first' } }],
      [4, { type: 'agent.activity', data: { attempt: 1, kind: 'tool', name: 'read_file', text: '' } }],
    );
    const running = {
      state: 'running',
      deadlineAt: at(30),
      leaseExpiresAt: at(5),
    } as const;
    expect(shown(running, list)).toEqual([
      ['the next heartbeat of its worker', 5],
      ['the next words of the agent', 9],
      ['attempt 1', 16],
      ['stage implement', 26],
      ['the run', 30],
    ]);
    const tested = [...list, ...events([8, { type: 'stage.started', data: { stage: 'test', attempt: 1 } }])];
    expect(shown(running, tested).map(([what]) => what)).toEqual([
      'the next heartbeat of its worker',
      'the run',
      'stage test',
    ]);
  });

  it('S2, S4: a stop that was asked for has one too', () => {
    const stopIntent = { mode: 'cancel', by: 'ada', reason: 'x', at: at(2).toISOString() } as const;
    const [first] = waitsOf({ run: run({ state: 'running', deadlineAt: at(30), stopIntent }), events: [] });
    expect(first).toMatchObject({ what: 'its end, which ada asked for', otherwise: 'its worker is ended' });
  });
});
