import type { Usage } from '../../../domain/usage.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** Why the call cannot be carried out as the model sent it; null when it can. */
  readonly problem: string | null;
}

export interface Answer {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
}

export interface ToolResult {
  readonly call: ToolCall;
  readonly isError: boolean;
  readonly text: string;
}

/** A conversation with a model that only grows: what was said once is sent again byte for byte, so that it can be cached (M8). */
export interface Conversation {
  /** Asks the model to go on. Throws a RunyardError when there is no whole answer. */
  ask(): Promise<Answer>;
  addToolResults(results: readonly ToolResult[]): void;
  addUserText(text: string): void;
}
