import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Call } from './call.ts';
import type { Failure } from './classify-failure.ts';
import type { CallLimits } from './types.ts';
import type { Fault } from './upstream.ts';

/** A connection that failed, as a failure of the call. All of these may pass, but for an end that was asked for. */
export function failureOfFault(fault: Fault, call: Call, limits: CallLimits): Failure {
  const provider = call.provider.name;
  const failure = { words: null, transient: true, retryAfterMs: null };
  switch (fault.kind) {
    case 'unreachable': {
      const { detail, cause } = fault;
      const error = runyardError(
        'gateway.provider-unreachable',
        { provider, url: call.url.origin, detail },
        cause,
      );
      return { ...failure, error, status: 502 };
    }
    case 'cut':
      return {
        ...failure,
        error: runyardError('gateway.stream-cut', { provider, detail: fault.detail }, fault.cause),
        status: 502,
      };
    case 'timeout': {
      const { limit, limitMs } = fault;
      return {
        ...failure,
        error: runyardError('gateway.provider-timeout', { provider, limit, limitMs }),
        status: 504,
      };
    }
    case 'aborted':
      return { ...failure, ...stopped(call, limits), transient: false };
  }
}

/** An answer that is none (M1). */
export function malformed(call: Call, missing: string): Failure {
  const error = runyardError('gateway.malformed-answer', { provider: call.provider.name, missing });
  return { error, status: 502, words: null, transient: false, retryAfterMs: null };
}

function stopped(call: Call, limits: CallLimits) {
  const provider = call.provider.name;
  if (call.signal.reason === 'client-gone') {
    return { error: runyardError('gateway.client-gone', { provider }), status: 499 };
  }
  const limitMs = limits.totalMs;
  return {
    error: runyardError('gateway.provider-timeout', { provider, limit: 'total', limitMs }),
    status: 504,
  };
}
