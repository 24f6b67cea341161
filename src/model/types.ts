import type { AssistantModelMessage } from 'ai';
import type { z } from 'zod';
import type { RunyardError } from '../domain/errors/runyard-error.ts';
import type { ModelRef } from '../domain/model-ref.ts';
import type { Usage } from '../domain/usage.ts';
import type { BackoffPolicy } from '../lib/backoff.ts';
import type { ModelCatalogue } from './catalogue.ts';

/** One turn of a conversation. What the model said is kept as it came (thinking blocks carry signatures) and sent back unchanged. */
export type ModelMessage =
  | { readonly role: 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: AssistantModelMessage['content'] }
  | { readonly role: 'tool'; readonly results: readonly ToolOutcome[] };

export interface ToolOutcome {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly isError: boolean;
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
}

export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  /** Parsed by the tool's schema; as the model sent it when there is a problem. */
  readonly input: unknown;
  /** `model.malformed-tool-call`: no such tool, no JSON, or not what the schema wants. Its text can go to the model as the result. */
  readonly problem: RunyardError | null;
}

/** What arrives while the model speaks, for people to watch. `restart`: what came so far is void, the call is tried again. */
export type ModelDelta =
  | { readonly kind: 'text' | 'thinking'; readonly text: string }
  | { readonly kind: 'restart'; readonly reason: string };

/** Where the gateway is. `url` without /v1; with `socketPath` the connection goes there and `url` only names the host. */
export interface GatewayAddress {
  readonly url: string;
  readonly token: string;
  readonly protocol: 'anthropic' | 'openai';
  readonly socketPath?: string | null;
}

export interface ModelTimeouts {
  /** Of the whole call, retries included. */
  readonly totalMs: number;
  /** Of each try, until the first byte of the answer's body. */
  readonly firstByteMs: number;
  /** Longest silence after that. */
  readonly idleMs: number;
}

export interface ModelRetryPolicy extends BackoffPolicy {
  readonly retries: number;
}

export interface ModelRequest<T = unknown> {
  readonly gateway: GatewayAddress;
  readonly modelRef: ModelRef;
  /** Stable between turns: it is marked as cacheable together with the tools. */
  readonly system: string;
  /** Only ever grows within a conversation, so that the prefix stays byte-identical (M8). */
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ModelTool[];
  /** Asks for a JSON answer of this form; `ModelAnswer.object` is it. */
  readonly schema?: z.ZodType<T>;
  /** Absent: what the model allows, at most 32,000. */
  readonly maxOutputTokens?: number;
  /** 0: no thinking. Models that take no budget get an effort that fits it. */
  readonly thinkingTokens: number;
  readonly timeouts: ModelTimeouts;
  readonly signal: AbortSignal;
  readonly onDelta?: (delta: ModelDelta) => void;
  readonly catalogue?: ModelCatalogue;
  readonly retry?: Partial<ModelRetryPolicy>;
}

/** A whole answer: it came to its end, and there is something in it. */
export interface ModelAnswer<T = unknown> {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ModelToolCall[];
  /** Of the form of `schema`; null when none was asked for. */
  readonly object: T | null;
  /** As the provider says. The gateway's record is the truth; here missing figures are 0. */
  readonly usage: Usage;
  readonly finishReason: 'stop' | 'tool-calls';
  /** To be appended to `messages` before the next turn. */
  readonly message: Extract<ModelMessage, { role: 'assistant' }>;
  /** Tries after the first. */
  readonly retries: number;
}
