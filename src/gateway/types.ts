import type { ErrorData } from '../domain/errors/runyard-error.ts';
import type { ModelCall } from '../domain/model-call.ts';
import type { BackoffPolicy } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import type { ModelCatalogue } from '../model/catalogue.ts';

export type Protocol = 'anthropic' | 'openai';

export interface Provider {
  /** The first part of `provider/model`. */
  readonly name: string;
  readonly kind: Protocol;
  /**
   * Anthropic: with or without /v1 at its end. OpenAI: the folder of /chat/completions; /v1 is added when the URL has no path.
   */
  readonly baseUrl: string;
  /** null: the endpoint needs none. */
  readonly apiKey: string | null;
}

/** Time limits of one call to a provider, retries included in `totalMs`. */
export interface CallLimits {
  readonly totalMs: number;
  /** Of each try, until the first byte of a stream. A whole answer has nothing but `totalMs`. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
}

export interface RetryPolicy extends BackoffPolicy {
  readonly retries: number;
  /** A provider that asks for a longer wait is given up at once; the error says how long it wants. */
  readonly maxRetryAfterMs: number;
}

/** How one exchange with a provider went, after all tries. What the agent ended is left out. */
export interface ProviderUse {
  readonly provider: string;
  readonly startedAt: Date;
  /** null: it answered properly. */
  readonly failure: ErrorData | null;
  /** How long it asks to wait. */
  readonly retryAfterMs: number | null;
}

export interface GatewayOptions {
  readonly providers: readonly Provider[];
  readonly signingKey: string;
  /** Whether this epoch still owns its run. Asked at most once a second per run and epoch. */
  readonly isCurrent: (runId: string, epoch: number) => Promise<boolean>;
  /** Called once per exchange with a provider, before the last byte of the answer goes to the agent. */
  readonly record: (call: ModelCall) => Promise<void>;
  /** Called after `record` with how the provider did, before the agent hears of it. */
  readonly observe?: (use: ProviderUse) => Promise<void>;
  /** What went wrong beside the answer: a record that could not be stored. */
  readonly onError: (error: unknown) => void;
  readonly catalogue?: ModelCatalogue;
  readonly limits?: Partial<CallLimits>;
  readonly retry?: Partial<RetryPolicy>;
  /** The variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY (upper or lower case) of the host; absent: providers are reached directly. */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Waits between retries; ends early, without an error, when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const defaultLimits: CallLimits = { totalMs: 15 * 60_000, firstByteMs: 120_000, idleMs: 120_000 };
export const defaultRetry: RetryPolicy = {
  retries: 8,
  initialDelayMs: 1000,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 60_000,
};
