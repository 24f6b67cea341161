import { toErrorData } from '../../../domain/errors/runyard-error.ts';
import type { AgentResult } from '../types.ts';

/** The result of an attempt in which no process of the agent ran. */
export function failedResult(error: unknown): AgentResult {
  return {
    status: 'failed',
    summary: '',
    reportedUsage: null,
    reportedCostUsd: null,
    sessionId: null,
    exitCode: null,
    stderr: '',
    error: toErrorData(error),
  };
}

/** Keeps the promise that an agent never rejects: whatever is thrown on the way becomes a failed result. */
export async function resultOf(attempt: () => Promise<AgentResult>): Promise<AgentResult> {
  try {
    return await attempt();
  } catch (error) {
    return failedResult(error);
  }
}
