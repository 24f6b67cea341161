import {
  type ErrorData,
  type RunyardError,
  runyardError,
  toErrorData,
} from '../../../domain/errors/runyard-error.ts';
import type { Redact } from '../../../lib/redact.ts';
import type { ProcessResult } from '../../../process/types.ts';
import type { AgentJob, AgentResult } from '../types.ts';
import { keepEnd } from './bounded-text.ts';
import type { AgentOutcome } from './stream-reader.ts';

export interface Ending {
  readonly agent: string;
  readonly limits: Pick<AgentJob['limits'], 'attemptMs' | 'silenceMs'>;
  readonly process: ProcessResult;
  /** What the agent said itself; null when it never came to say anything. */
  readonly outcome: AgentOutcome | null;
  readonly stopReason: string;
  readonly redact: Redact;
}

const LONGEST_SUMMARY = 8 * 1024;
const LONGEST_STDERR = 8 * 1024;
const LONGEST_STDERR_IN_ERROR = 2 * 1024;

/**
 * Decides how an attempt of an agent ended. A stop from outside comes first, as somebody wanted it; then what the agent said in its
 * terminal event, which counts even if the process had to be ended afterwards; only then how the process ended. An exit code of 0
 * without an outcome is a failure.
 */
export function judgeEnding(ending: Ending): AgentResult {
  const { outcome, redact } = ending;
  // Before anything is cut off: half a secret is not recognised any more.
  const process = { ...ending.process, stderr: redact(ending.process.stderr) };
  const { status, error } = verdictOf({ ...ending, process });
  return {
    status,
    summary: keepEnd(redact(outcome?.summary ?? ''), LONGEST_SUMMARY),
    reportedUsage: outcome?.reportedUsage ?? null,
    reportedCostUsd: outcome?.reportedCostUsd ?? null,
    sessionId: outcome?.sessionId ?? null,
    exitCode: process.exitCode,
    stderr: keepEnd(process.stderr, LONGEST_STDERR),
    error: error && redacted(error, redact),
  };
}

function verdictOf(ending: Ending): Pick<AgentResult, 'status' | 'error'> {
  const { agent, process, outcome, limits, stopReason } = ending;
  if (process.cause === 'stopped') {
    return failure('stopped', runyardError('agent.stopped', { agent, reason: stopReason }));
  }
  if (outcome) return { status: outcome.error ? 'failed' : 'completed', error: outcome.error };
  switch (process.cause) {
    case 'timed-out':
      return failure('timed-out', runyardError('agent.timed-out', { agent, limitMs: limits.attemptMs }));
    case 'silent':
      return failure('timed-out', runyardError('agent.silent', { agent, limitMs: limits.silenceMs }));
    case 'no-first-output':
      return failure(
        'timed-out',
        runyardError('agent.no-first-output', { agent, limitMs: limits.silenceMs }),
      );
    case 'not-started':
      return failure('failed', runyardError('agent.not-started', { agent, detail: detailOf(process.error) }));
    case 'exited':
    case 'signalled':
      return failure('failed', endedByItself(ending));
    default:
      return process.cause satisfies never;
  }
}

function endedByItself({ agent, process }: Ending): RunyardError {
  const { exitCode, signal } = process;
  const stderr = keepEnd(process.stderr.trim(), LONGEST_STDERR_IN_ERROR);
  if (exitCode === 0) return runyardError('agent.no-terminal-event', { agent, exitCode, stderr });
  return runyardError('agent.failed', { agent, exitCode, signal, stderr });
}

/** Causes and fields hold what the agent and its programs said. */
function redacted(error: ErrorData, redact: Redact): ErrorData {
  const fields: ErrorData['fields'] = {};
  for (const [name, value] of Object.entries(error.fields)) {
    fields[name] = typeof value === 'string' ? redact(value) : value;
  }
  return {
    ...error,
    what: redact(error.what),
    why: redact(error.why),
    fields,
    causes: error.causes.map(redact),
  };
}

function failure(status: AgentResult['status'], error: RunyardError): Pick<AgentResult, 'status' | 'error'> {
  return { status, error: toErrorData(error) };
}

function detailOf(error: ErrorData | null): string {
  return error ? `${error.what} ${error.why}` : 'The process did not start.';
}
