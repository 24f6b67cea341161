import { describe, expect, it } from 'vitest';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { settlementFor } from './settlement.ts';

const cancelled = runyardError('run.cancelled', { by: 'ada', reason: 'not needed' });

describe('settlementFor', () => {
  it('S4: a cancel that interrupted a program ends the run as cancelled, with who and why', () => {
    const interrupted = new Error('git was stopped', { cause: cancelled });
    expect(settlementFor(interrupted, 1)).toMatchObject({
      outcome: 'cancelled',
      attempts: 1,
      error: { code: 'run.cancelled', why: 'not needed' },
    });
  });

  it('S2: a deadline below another error ends the run as timed_out', () => {
    const late = runyardError('run.deadline-exceeded', { limit: 'stage', limitMs: 1, stage: 'prepare' });
    const wrapped = runyardError('run.unexpected', { detail: 'x' }, new Error('y', { cause: late }));
    expect(settlementFor(wrapped, 0)).toMatchObject({
      outcome: 'timed_out',
      error: { code: 'run.deadline-exceeded' },
    });
  });

  it('Q5: a lost run is not settled at all, any other error fails it', () => {
    expect(settlementFor(runyardError('run.stale-owner', { run: 'r', epoch: 1 }), 0)).toBeNull();
    expect(settlementFor(new Error('odd'), 2)).toMatchObject({
      outcome: 'failed',
      error: { code: 'run.unexpected' },
    });
  });
});
