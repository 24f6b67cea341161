import type { ModelCall } from '../domain/model-call.ts';
import type { ModelCatalogue } from '../model/catalogue.ts';
import { priceOf } from '../model/prices.ts';
import type { Call } from './call.ts';
import type { Failure } from './classify-failure.ts';
import type { Forwarded } from './forward.ts';
import type { Relayed } from './relay.ts';

export interface Exchange {
  readonly call: Call;
  readonly forwarded: Forwarded;
  readonly relayed: Relayed | null;
  readonly endedAt: Date;
  readonly catalogue: ModelCatalogue;
}

/** The record of one exchange (O1). Cost is known only where the answer came to its end and said what it used. */
export function modelCallOf({ call, forwarded, relayed, endedAt, catalogue }: Exchange): ModelCall {
  const { claims, provider, startedAt } = call;
  const failure: Failure | null = forwarded.result.ok ? (relayed?.failure ?? null) : forwarded.result.error;
  const usage = relayed?.usage ?? null;
  const cost = usage && failure === null ? priceOf(call.ref, usage, catalogue) : null;
  return {
    id: call.id,
    runId: claims.runId,
    epoch: claims.epoch,
    attempt: claims.attempt,
    stage: claims.stage,
    provider: provider.name,
    model: call.model,
    protocol: provider.kind,
    status: statusOf(failure),
    httpStatus: forwarded.httpStatus,
    errorCode: failure?.error.code ?? null,
    usage,
    costUsd: cost?.status === 'known' ? cost.usd : null,
    retries: forwarded.retries,
    startedAt,
    durationMs: endedAt.getTime() - startedAt.getTime(),
    timeToFirstByteMs: forwarded.firstByteAt && forwarded.firstByteAt.getTime() - startedAt.getTime(),
    requestId: forwarded.requestId,
  };
}

function statusOf(failure: Failure | null): ModelCall['status'] {
  if (failure === null) return 'ok';
  return failure.error.code === 'gateway.client-gone' ? 'aborted' : 'error';
}
