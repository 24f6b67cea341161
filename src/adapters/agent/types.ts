import type { ErrorData } from '../../domain/errors/runyard-error.ts';
import type { RunLimits } from '../../domain/run.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Redact } from '../../lib/redact.ts';
import type { SandboxPolicy } from '../../process/types.ts';

/** Where an agent finds its models: the gateway as it is seen from inside the sandbox. */
export interface AgentGateway {
  /** `http://127.0.0.1:<port>`; Anthropic Messages under /v1/messages, OpenAI Chat Completions under /v1/chat/completions. */
  readonly url: string;
  /** Good for this run, attempt, epoch and model only. */
  readonly token: string;
  /** `provider/model` of this attempt. */
  readonly modelRef: string;
  /** The wire protocol the provider of that model speaks. */
  readonly protocol: 'anthropic' | 'openai';
}

export interface AgentJob {
  readonly runId: string;
  readonly attempt: number;
  /** The checkout the agent works in; the current folder of its process. */
  readonly workspace: string;
  /** A fresh, empty, writable folder: its HOME, for session files and caches. */
  readonly home: string;
  readonly systemPrompt: string;
  readonly prompt: string;
  /** Where `prompt` also stands as a file, readable inside the sandbox. */
  readonly promptFile: string;
  /** null when no model is configured (`command:` agents without a key). */
  readonly gateway: AgentGateway | null;
  readonly thinkingTokens: number;
  readonly limits: Pick<RunLimits, 'attemptMs' | 'silenceMs' | 'killGraceMs' | 'modelCallMs' | 'turns'>;
  readonly sandbox: SandboxPolicy;
  /** Environment every child gets (PATH, locale, certificates); the adapter adds what its agent needs. */
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly redact: Redact;
  readonly signal: AbortSignal;
  /** Called as things happen; texts are redacted, and at most 4,000 characters and a note. */
  readonly onActivity: (activity: AgentActivity) => void;
}

export interface AgentActivity {
  readonly kind: 'message' | 'thinking' | 'tool' | 'tool-result' | 'warning';
  readonly name: string | null;
  readonly text: string;
}

/**
 * How an attempt of an agent ended. `completed` means the agent said it was done, nothing more: whether the work is good is for
 * verification to say. Everything else carries an error that says what was missing.
 */
export interface AgentResult {
  readonly status: 'completed' | 'failed' | 'timed-out' | 'stopped';
  /** The agent's last words, bounded to 8 kB. */
  readonly summary: string;
  /** As the agent reports it; null when it reports none. The gateway's figures are the truth. */
  readonly reportedUsage: Usage | null;
  readonly reportedCostUsd: number | null;
  readonly sessionId: string | null;
  readonly exitCode: number | null;
  /** The end of stderr, redacted. */
  readonly stderr: string;
  readonly error: ErrorData | null;
}

/** Whether an agent can be used on this host, for `doctor` and for the check before a run. */
export interface AgentFinding {
  readonly agent: string;
  readonly available: boolean;
  readonly version: string | null;
  readonly error: ErrorData | null;
}

/**
 * A coding agent. Obligations, tested for every vendor by contract.ts:
 * - never rejects: every failure is an AgentResult with an error;
 * - ends within limits.attemptMs plus limits.killGraceMs, whatever its process does with stdin, stdout, signals or grandchildren;
 * - an agent that printed its final result but stays alive is ended after a grace and counts as completed;
 * - an exit code of 0 alone is not completion where the agent has a terminal event;
 * - the environment of the agent holds no key but the gateway token.
 */
export interface AgentAdapter {
  readonly name: string;
  /** Wire protocols the agent can speak to the gateway; null: it needs no model. */
  readonly protocols: readonly ('anthropic' | 'openai')[] | null;
  detect(): Promise<AgentFinding>;
  run(job: AgentJob): Promise<AgentResult>;
}
