import { runyardError } from '../../../domain/errors/runyard-error.ts';
import { startProcess } from '../../../process/run-process.ts';
import type { ProcessLimits, RunningProcess } from '../../../process/types.ts';
import type { AgentJob, AgentResult } from '../types.ts';
import { keepStart } from './bounded-text.ts';
import { failedResult } from './failed-result.ts';
import { judgeEnding } from './judge-ending.ts';
import type { StreamReader } from './stream-reader.ts';

export interface AgentCommand {
  readonly agent: string;
  readonly argv: readonly [string, ...string[]];
  /** Added to the job's base environment; wins over it. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Paths of the agent itself that must be visible in the sandbox. */
  readonly readable: readonly string[];
  readonly createReader: (onActivity: AgentJob['onActivity']) => StreamReader;
}

/** How long an agent may stay alive after its terminal event. */
const FINISH_GRACE_MS = 2_000;
const KEPT_OUTPUT_BYTES = 256 * 1024;
const LONGEST_ACTIVITY = 4_000;

/** Runs an agent's process under the limits of its job, reads its stream, and judges how it ended. Never rejects. */
export async function runAgentProcess(job: AgentJob, command: AgentCommand): Promise<AgentResult> {
  if (job.signal.aborted) return stoppedBeforeStart(job, command);
  const reader = command.createReader(({ kind, name, text }) =>
    job.onActivity({ kind, name, text: keepStart(job.redact(text), LONGEST_ACTIVITY) }),
  );
  const running = startProcess({
    argv: command.argv,
    cwd: job.workspace,
    env: { ...job.baseEnvironment, HOME: job.home, ...command.env },
    ...(command.input === undefined ? {} : { input: command.input }),
    limits: limitsOf(job),
    sandbox: {
      ...job.sandbox,
      readable: [...new Set([...job.sandbox.readable, job.promptFile, ...command.readable])],
    },
    signal: job.signal,
    // Not redacted here: that would tear the events apart. Every text that is taken out of them is.
    onStdoutLine: (line) => readLine(reader, line, running),
  });
  const process = await running.result;
  return judgeEnding({
    agent: command.agent,
    limits: job.limits,
    process,
    outcome: reader.outcome() ?? (process.error === null ? (reader.outcomeOnExit?.() ?? null) : null),
    redact: job.redact,
    stopReason: stopReasonOf(job.signal),
  });
}

function readLine(reader: StreamReader, line: string, running: RunningProcess): void {
  const alreadyEnded = reader.outcome() !== null;
  reader.readLine(line);
  if (!alreadyEnded && reader.outcome() !== null) running.finishWithin(FINISH_GRACE_MS);
}

function limitsOf({ limits }: AgentJob): ProcessLimits {
  return {
    timeoutMs: limits.attemptMs,
    silenceMs: limits.silenceMs,
    // The same length, told apart: an agent that never began has another cause than one that fell silent.
    firstOutputMs: limits.silenceMs,
    killGraceMs: limits.killGraceMs,
    maxOutputBytes: KEPT_OUTPUT_BYTES,
  };
}

function stoppedBeforeStart({ signal }: AgentJob, { agent }: AgentCommand): AgentResult {
  const error = runyardError('agent.stopped', { agent, reason: stopReasonOf(signal) }, signal.reason);
  return { ...failedResult(error), status: 'stopped' };
}

/** Reasons are errors, stop intents (`{by, reason}`) or plain text. */
function stopReasonOf({ reason }: AbortSignal): string {
  if (reason instanceof Error) return reason.message;
  if (typeof reason === 'string') return reason;
  const intent: unknown = reason;
  if (
    typeof intent === 'object' &&
    intent !== null &&
    'reason' in intent &&
    typeof intent.reason === 'string'
  ) {
    return intent.reason;
  }
  return 'The run was asked to stop.';
}
