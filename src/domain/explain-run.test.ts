import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from './attempt.ts';
import type { Breaker } from './breaker.ts';
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

  it('X11: a run that came back into the queue says how long it has waited since then', () => {
    const createdAt = new Date(now.getTime() - 3_600_000);
    const data = { from: 'waiting', to: 'queued', waitReason: null, error: null } as const;
    const at = new Date(now.getTime() - 5_000);
    const back = { type: 'run.state-changed', data, runId: 'abc', seq: 9, at } as const;
    const asked = { run: run({ createdAt }), attempts: [], now };
    expect(explainRun({ ...asked, events: [back] }).headline).toBe('It has waited in the queue for 5.0s.');
    expect(explainRun({ ...asked, events: [] }).headline).toBe('It has waited in the queue for 1h 00m.');
  });

  it('X1: a failed run that saved work says how to get it back', () => {
    const error = toErrorData(runyardError('worker.no-changes', { agent: 'builtin' }));
    const data = { ref: 'refs/runyard/abc/failed-1', commit: 'c0ffee', reason: 'failed' };
    const saved = { type: 'snapshot.saved', data, runId: 'abc', seq: 1, at: now } as const;
    const ended = run({ state: 'failed', error });
    const { next } = explainRun({ run: ended, attempts: [], events: [saved], now });
    expect(next).toEqual([error.next, 'Get the saved work back: runyard salvage abc']);
  });

  it('L2: a run held up by a review says that its checks passed, what was found and the exact command', () => {
    const policy = { model: null, blockOn: 'major', maxRounds: 0, whenUsedUp: 'wait', required: false };
    const finding = {
      severity: 'major',
      file: 'a.ts',
      line: 3,
      title: 'A fault',
      detail: 'd',
      suggestion: '',
    };
    const review = { stage: 'quality', commit: 'c0ffee', findings: [finding] };
    const attempts = [
      { number: 1, agent: 'a', outcome: 'passed', commit: 'c0ffee', reviews: [review] },
      { number: 2, agent: 'a', outcome: 'checks-failed', commit: 'bad' },
    ] as unknown as AttemptRecord[];
    const waitDetail = { reason: 'It waits.', planHash: null, commit: 'c0ffee', verified: true };
    const spec = { reviews: { quality: policy } } as unknown as Run['spec'];
    const waits = run({ state: 'waiting', waitReason: 'approval', waitDetail, spec });
    const { evidence, next } = explainRun({ run: waits, attempts, events: [], now });
    expect(evidence.slice(0, 2)).toEqual([
      'Commit c0ffee passed its checks.',
      'quality review, major: a.ts:3: A fault',
    ]);
    expect(next.join()).toContain('runyard approve abc --change c0ffee');
    expect(next.join()).not.toContain('--unverified');
  });

  it('X11: a run that waits for a plan names the exact command and its deadline', () => {
    const waitUntil = new Date(now.getTime() + 3_600_000);
    const waitDetail = { reason: 'The plan waits.', planHash: 'f00', commit: null };
    const explanation = explain({ state: 'waiting', waitReason: 'approval', waitUntil, waitDetail });
    expect(explanation.class).toBe('waiting.approval');
    expect(explanation.next).toContain('Approve it: runyard approve abc --plan f00');
    expect(explanation.evidence.join()).toContain('1h 00m');
  });

  it('P3: a run that waits for answers names the questions and the exact command', () => {
    const waitUntil = new Date(now.getTime() + 3_600_000);
    const questions = ['Which unit?', 'How high?'];
    const waitDetail = { reason: 'The plan has 2 open questions.', planHash: 'f00', commit: null, questions };
    const explanation = explain({ state: 'waiting', waitReason: 'input', waitUntil, waitDetail });
    expect(explanation.class).toBe('waiting.input');
    expect(explanation.evidence).toEqual(expect.arrayContaining(['Question 2: How high?']));
    expect(explanation.next[0]).toBe('Answer: runyard answer abc --plan f00 "1=..."');
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

  const opened: Breaker = {
    key: 'provider:acme',
    state: 'open',
    failures: 1,
    openings: 1,
    openedAt: now,
    retryAt: new Date(now.getTime() + 600_000),
    cause: toErrorData(
      runyardError('gateway.rejected-key', { provider: 'acme', status: 401, detail: 'revoked' }),
    ),
    probeRunId: null,
  };

  it('X7, X11: a parked run says until when, what opened the breaker, that nothing is lost, and what to do', () => {
    const cause = opened.cause ?? undefined;
    const detail = { reason: cause?.what ?? '', planHash: null, commit: null, breaker: opened.key, cause };
    const parked = run({
      state: 'waiting',
      waitReason: 'breaker',
      waitUntil: opened.retryAt,
      waitDetail: detail,
    });
    const explanation = explainRun({ run: parked, attempts: [], events: [], breakers: [opened], now });
    expect(explanation.class).toBe('waiting.breaker');
    expect(explanation.headline).toContain('It goes on by itself in 10m 00s.');
    expect(explanation.evidence).toEqual([
      'revoked (gateway.rejected-key)',
      'It waits until 2026-11-21T12:10:00.000Z; no attempt is used up by that.',
      'Breaker provider:acme opened at 2026-11-21T12:00:00.000Z after 1 failure(s) in a row: The provider acme rejected its key (HTTP 401).',
      'It is tried again at 2026-11-21T12:10:00.000Z, by one run first.',
    ]);
    expect(explanation.next).toContain(cause?.next);
  });

  it('M6, X11: a queued run says when it is a breaker that holds it back, and only then', () => {
    const spec = {
      ladder: [{ agent: 'builtin', model: 'acme/large', attempts: 1 }],
    } as unknown as Run['spec'];
    const why = (breakers: Breaker[]) =>
      explainRun({ run: run({ spec }), attempts: [], events: [], breakers, now }).class;
    expect(why([opened])).toBe('queued.breaker');
    expect(why([{ ...opened, key: 'provider:other' }])).toBe('queued');
  });
});
