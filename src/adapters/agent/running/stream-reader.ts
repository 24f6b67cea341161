import type { ErrorData } from '../../../domain/errors/runyard-error.ts';
import type { Usage } from '../../../domain/usage.ts';

/** What an agent said about its own end. `error` is null exactly when it said that it was done. */
export interface AgentOutcome {
  readonly summary: string;
  readonly error: ErrorData | null;
  readonly reportedUsage: Usage | null;
  readonly reportedCostUsd: number | null;
  readonly sessionId: string | null;
}

/** Reads the stdout of one agent, line by line. Never throws: lines it does not know are ignored. */
export interface StreamReader {
  readLine(line: string): void;
  /** What the agent's terminal event said; null until there was one. */
  outcome(): AgentOutcome | null;
  /** For agents without a terminal event: what their exit with code 0 means. */
  outcomeOnExit?(): AgentOutcome;
}
