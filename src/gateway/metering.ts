import { toErrorData } from '../domain/errors/runyard-error.ts';
import type { CallUsage, ModelCall } from '../domain/model-call.ts';
import type { ModelCatalogue } from '../model/catalogue.ts';
import { priceOf } from '../model/prices.ts';
import type { Call } from './call.ts';
import type { Failure } from './classify-failure.ts';
import type { Forwarded } from './forward.ts';
import type { Relayed } from './relay.ts';
import type { ProviderUse } from './types.ts';

export interface Exchange {
  readonly call: Call;
  readonly forwarded: Forwarded;
  readonly relayed: Relayed | null;
  readonly endedAt: Date;
  readonly catalogue: ModelCatalogue;
}

/** Failures that come before any token is used: what a provider refuses it does not bill. */
const unused: ReadonlySet<string> = new Set([
  'gateway.provider-unreachable',
  'gateway.rejected-key',
  'gateway.quota-exhausted',
  'gateway.rate-limited',
  'gateway.provider-overloaded',
  'gateway.unknown-model',
  'gateway.context-too-long',
  'gateway.request-refused',
]);
const nothing: CallUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/**
 * The record of one exchange (O1). Cost is known where the answer came to its end and said what it used, and where nothing was used.
 * Tries that broke off before an answer began are not counted: nobody says whether they are billed.
 */
export function modelCallOf({ call, forwarded, relayed, endedAt, catalogue }: Exchange): ModelCall {
  const { claims, provider, startedAt } = call;
  const failure: Failure | null = forwarded.result.ok ? (relayed?.failure ?? null) : forwarded.result.error;
  const wasRefused = !forwarded.result.ok && unused.has(forwarded.result.error.error.code);
  const usage = wasRefused ? nothing : (relayed?.usage ?? null);
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
    costUsd: wasRefused ? 0 : costOf(call, failure === null ? usage : null, catalogue),
    retries: forwarded.retries,
    startedAt,
    durationMs: endedAt.getTime() - startedAt.getTime(),
    timeToFirstByteMs: forwarded.firstByteAt && forwarded.firstByteAt.getTime() - startedAt.getTime(),
    requestId: forwarded.requestId,
  };
}

/** null for a call that the agent ended: it says nothing about the provider. */
export function providerUseOf(
  call: Call,
  { result }: Forwarded,
  relayed: Relayed | null,
): ProviderUse | null {
  const failure = result.ok ? (relayed?.failure ?? null) : result.error;
  if (failure?.error.code === 'gateway.client-gone') return null;
  return {
    provider: call.provider.name,
    startedAt: call.startedAt,
    failure: failure && toErrorData(failure.error),
    retryAfterMs: failure?.retryAfterMs ?? null,
  };
}

function costOf(call: Call, usage: CallUsage | null, catalogue: ModelCatalogue): number | null {
  const cost = usage && priceOf(call.ref, usage, catalogue);
  return cost?.status === 'known' ? cost.usd : null;
}

function statusOf(failure: Failure | null): ModelCall['status'] {
  if (failure === null) return 'ok';
  return failure.error.code === 'gateway.client-gone' ? 'aborted' : 'error';
}
