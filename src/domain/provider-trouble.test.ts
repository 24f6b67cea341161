import { describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from './errors/runyard-error.ts';
import { needsProof, providerTrouble } from './provider-trouble.ts';

const limited = toErrorData(
  runyardError('gateway.rate-limited', { provider: 'acme', detail: '', waitSeconds: 90 }),
);
const model = (status: number | null) =>
  toErrorData(
    runyardError('agent.model-error', {
      agent: 'claude-code',
      status,
      code: 'api_error',
      kind: 'retryable',
      detail: '',
    }),
  );

describe('providerTrouble', () => {
  it('X7: is read from what the gateway said, with the time to come back', () => {
    expect(providerTrouble(limited, null)).toEqual({ provider: 'acme', reason: 'quota', waitMs: 90_000 });
  });

  it('X7: is read from the status that an agent reports', () => {
    expect(providerTrouble(model(429), 'acme')).toEqual({ provider: 'acme', reason: 'quota', waitMs: null });
    expect(providerTrouble(model(529), 'acme')).toMatchObject({ reason: 'breaker' });
    expect(providerTrouble(model(400), 'acme')).toBeNull();
    expect(providerTrouble(model(null), 'acme')).toBeNull();
    expect(providerTrouble(model(429), null)).toBeNull();
  });

  it('X7: is read from the code of the gateway that an agent passes on', () => {
    const fields = {
      agent: 'builtin',
      status: null,
      code: 'gateway.rate-limited',
      kind: 'retryable',
      detail: '',
    };
    const passedOn = toErrorData(runyardError('agent.model-error', { ...fields, kind: 'retryable' }));
    expect(providerTrouble(passedOn, 'acme')).toEqual({ provider: 'acme', reason: 'quota', waitMs: null });
  });

  it('is not seen in any other failure', () => {
    expect(providerTrouble(toErrorData(new Error('HTTP 429')), 'acme')).toBeNull();
  });

  it('X7: a key that is refused counts as trouble only where it worked before', () => {
    const key = { provider: 'acme', status: 401, detail: '' };
    expect(needsProof(toErrorData(runyardError('gateway.rejected-key', key)))).toBe(true);
    expect(needsProof(limited)).toBe(false);
  });
});
