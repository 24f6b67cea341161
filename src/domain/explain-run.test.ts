import { describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from './errors/runyard-error.ts';
import { explainRun } from './explain-run.ts';
import type { Run } from './run.ts';

const now = new Date('2026-11-21T12:00:00Z');

function run(change: Partial<Run>): Run {
  const base = {
    id: 'abc',
    state: 'queued',
    createdAt: now,
    expiresAt: now,
    recoveries: 0,
    error: null,
  } as unknown as Run;
  return { ...base, ...change };
}

const explain = (change: Partial<Run>) => explainRun({ run: run(change), attempts: [], events: [], now });

describe('explainRun', () => {
  it('X11: a failed run says what happened, why, and what to do next', () => {
    const error = toErrorData(runyardError('worker.no-changes', { agent: 'builtin' }));
    const explanation = explain({ state: 'failed', error });
    expect(explanation).toMatchObject({
      class: 'worker.no-changes',
      headline: error.what,
      next: [error.next],
    });
    expect(explanation.evidence).toContain(error.why);
  });

  it('X1: a failed run that saved work says how to get it back', () => {
    const error = toErrorData(runyardError('worker.no-changes', { agent: 'builtin' }));
    const data = { ref: 'refs/runyard/abc/failed-1', commit: 'c0ffee', reason: 'failed' };
    const saved = { type: 'snapshot.saved', data, runId: 'abc', seq: 1, at: now } as const;
    const ended = run({ state: 'failed', error });
    const { next } = explainRun({ run: ended, attempts: [], events: [saved], now });
    expect(next).toEqual([error.next, 'Get the saved work back: runyard salvage abc']);
  });

  it('X11: a run that waits for a plan names the exact command and its deadline', () => {
    const waitUntil = new Date(now.getTime() + 3_600_000);
    const waitDetail = { reason: 'The plan waits.', planHash: 'f00', commit: null };
    const explanation = explain({ state: 'waiting', waitReason: 'approval', waitUntil, waitDetail });
    expect(explanation.class).toBe('waiting.approval');
    expect(explanation.next).toContain('Approve it: runyard approve abc --plan f00');
    expect(explanation.evidence.join()).toContain('1h 00m');
  });

  it('G6: a delivery that was rolled back says so, by whom and when, and offers no second rollback', () => {
    const delivery = { branch: 'b', commit: 'c', baseCommit: 'd', baseRef: null, tag: 't', verified: true };
    const rollback = { mode: 'revert', branch: 'b', commit: 'e', by: 'ada', at: now, found: false } as const;
    const explanation = explainRun({
      run: run({ state: 'succeeded', delivery }),
      attempts: [],
      events: [],
      rollback,
      now,
    });
    expect(explanation).toMatchObject({
      class: 'succeeded.rolled-back',
      headline: 'Delivered, and rolled back since.',
    });
    expect(explanation.evidence).toContain(
      'ada rolled it back at 2026-11-21T12:00:00.000Z: b was reverted with commit e.',
    );
    expect(explanation.next.join()).not.toContain('rollback');
  });

  it('X2: an unverified delivery is never called a plain success', () => {
    const delivery = { branch: 'b', commit: 'c', baseCommit: 'd', baseRef: null, tag: 't', verified: false };
    expect(explain({ state: 'succeeded', delivery })).toMatchObject({ class: 'succeeded.unverified' });
    expect(explain({ state: 'succeeded', delivery: { ...delivery, verified: true } })).toMatchObject({
      class: 'succeeded',
    });
  });
});
