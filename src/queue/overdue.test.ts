import { describe, expect, it } from 'vitest';
import { isTerminal, runStates } from '../domain/run-state.ts';
import { type Deadlines, type Overdue, overdue } from './overdue.ts';

const now = new Date('2026-11-21T12:00:00Z');
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);

function run(changes: Partial<Deadlines>): Deadlines {
  return {
    state: 'queued',
    expires_at: after,
    start_deadline_at: null,
    wait_reason: null,
    wait_until: null,
    deadline_at: null,
    lease_expires_at: null,
    stop_intent: null,
    delivery: null,
    ...changes,
  };
}

describe('overdue', () => {
  const cases: [string, Partial<Deadlines>, Overdue | null][] = [
    ['queued, in time', {}, null],
    ['queued, expired now', { expires_at: now }, 'expired-in-queue'],
    ['starting, in time', { state: 'starting', start_deadline_at: after, expires_at: before }, null],
    ['starting, too late', { state: 'starting', start_deadline_at: before }, 'not-started'],
    ['running, in time', { state: 'running', deadline_at: after, lease_expires_at: after }, null],
    [
      'running, deadline',
      { state: 'running', deadline_at: before, lease_expires_at: after },
      'deadline-passed',
    ],
    [
      'running, told already',
      { state: 'running', deadline_at: before, lease_expires_at: after, stop_intent: {} },
      null,
    ],
    [
      'running, lease over',
      { state: 'running', deadline_at: after, lease_expires_at: before },
      'lease-lapsed',
    ],
    [
      'running, lease over, then the deadline',
      { state: 'running', deadline_at: now, lease_expires_at: before },
      'lease-lapsed',
    ],
    [
      'running, deadline, then the lease',
      { state: 'running', deadline_at: before, lease_expires_at: now },
      'deadline-passed',
    ],
    [
      'running, told, then the lease',
      { state: 'running', deadline_at: before, lease_expires_at: now, stop_intent: {} },
      'lease-lapsed',
    ],
    ['waiting, in time', { state: 'waiting', wait_reason: 'approval', wait_until: after }, null],
    ['approval', { state: 'waiting', wait_reason: 'approval', wait_until: before }, 'nobody-decided'],
    ['input', { state: 'waiting', wait_reason: 'input', wait_until: before }, 'nobody-decided'],
    ['quota', { state: 'waiting', wait_reason: 'quota', wait_until: before }, 'waited-enough'],
    ['breaker', { state: 'waiting', wait_reason: 'breaker', wait_until: before }, 'waited-enough'],
    [
      'review',
      { state: 'waiting', wait_reason: 'review', wait_until: before, delivery: {} },
      'stays-delivered',
    ],
    ['ci without delivery', { state: 'waiting', wait_reason: 'ci', wait_until: before }, 'nobody-decided'],
  ];

  it.each(cases)('S2: %s', (_name, changes, expected) => {
    expect(overdue(run(changes), now)).toBe(expected);
  });

  it('S2: has nothing to say of a run that ended', () => {
    const past = {
      expires_at: before,
      start_deadline_at: before,
      wait_until: before,
      deadline_at: before,
      lease_expires_at: before,
    };
    for (const state of runStates.filter(isTerminal))
      expect(overdue(run({ ...past, state }), now)).toBeNull();
  });
});
