import type { Stage } from './stage.ts';
import type { Usage } from './usage.ts';

/** Tokens of one call. `inputTokens` excludes those read from or written to the prompt cache. */
export type CallUsage = Omit<Usage, 'turns'>;

/** One exchange with a provider as the gateway saw it: the record that tokens and cost of a run are summed from (O1). */
export interface ModelCall {
  /** Unique; recording the same id twice counts once. */
  readonly id: string;
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly stage: Stage;
  /** The provider's name in the configuration, and the model as that provider names it. */
  readonly provider: string;
  readonly model: string;
  readonly protocol: 'anthropic' | 'openai';
  /** `aborted`: the client went away before the answer was complete. */
  readonly status: 'ok' | 'error' | 'aborted';
  /** null when no answer came at all. */
  readonly httpStatus: number | null;
  /** A code of the error catalogue; null exactly when `status` is `ok`. */
  readonly errorCode: string | null;
  /** null when the provider did not say, or said something that cannot be: then `costUsd` is null too. Zeros for a refused request. */
  readonly usage: CallUsage | null;
  /** null: the price or the usage is not known. Never 0 in that case. */
  readonly costUsd: number | null;
  /** Tries after the first. */
  readonly retries: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly timeToFirstByteMs: number | null;
  /** The provider's own id of the exchange, for its support. */
  readonly requestId: string | null;
}
