import type { RunyardError } from '../../domain/errors/runyard-error.ts';
import type { CallUsage } from '../../domain/model-call.ts';
import type { Protocol } from '../types.ts';

/** What a provider said about an error, as far as it could be read. */
export interface ProviderWords {
  readonly type: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface WireFailure {
  readonly error: RunyardError;
  /** HTTP status for the agent. */
  readonly status: number;
  /** What the provider said itself: agents react to its words. */
  readonly words: ProviderWords | null;
}

/** Follows an answer event by event. */
export interface StreamReader {
  /** Returns false for an event the agent did not ask for and must not see. */
  read(data: string): boolean;
  /** What is known of the tokens so far. */
  usage(): CallUsage | null;
  /** Whether the answer came to its end. */
  finished(): boolean;
  /** The error the provider sent inside the stream, if it did. */
  error(): ProviderWords | null;
  /** Whether the first event is here. */
  started(): boolean;
  /** Whether the first event is an error: nothing was answered, so the request can be sent again. */
  refused(): boolean;
  /** Why the events seen so far are no answer; null when they are one. */
  problem(): string | null;
}

/** One wire protocol. Adding one is a file beside this and a line in protocols.ts. */
export interface WireProtocol {
  readonly name: Protocol;
  /** Headers that carry the key to the provider. */
  authHeaders(apiKey: string): Readonly<Record<string, string>>;
  /** Where the request id of a provider stands. */
  readonly requestIdHeader: string;
  /** The error a client of this protocol understands, with Runyard's own data in it. */
  errorBody(failure: WireFailure): unknown;
  /** The same inside a stream that has begun. */
  errorEvent(failure: WireFailure): string;
  /** What is missing in a whole answer; null when it is complete (M1). */
  problemOf(answer: unknown): string | null;
  usageOf(answer: unknown): CallUsage | null;
  streamReader(options: { readonly hideUsage: boolean }): StreamReader;
}
