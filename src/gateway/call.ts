import type { ModelRef } from '../domain/model-ref.ts';
import type { Clock } from '../lib/clock.ts';
import type { WireProtocol } from './protocol/types.ts';
import type { ShapedRequest } from './shape-request.ts';
import type { GatewayClaims } from './token.ts';
import type { CallLimits, Provider, RetryPolicy } from './types.ts';
import type { Upstream } from './upstream.ts';

/** Why a call was ended from here. */
export type StopReason = 'client-gone' | 'total-timeout';

/** One request of an agent on its way to a provider. */
export interface Call {
  readonly id: string;
  readonly claims: GatewayClaims;
  readonly provider: Provider;
  readonly ref: ModelRef;
  /** As the provider names it. */
  readonly model: string;
  readonly protocol: WireProtocol;
  /** `count`: a question for the number of tokens; it costs nothing and is not recorded. */
  readonly kind: 'message' | 'count';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: ShapedRequest;
  readonly startedAt: Date;
  /** Aborted with a StopReason. */
  readonly signal: AbortSignal;
}

/** What every call needs; made once per gateway. */
export interface CallTools {
  readonly upstream: Upstream;
  readonly limits: CallLimits;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly redact: (text: string) => string;
}
