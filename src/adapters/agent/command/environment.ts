import { parseModelRef } from '../../../domain/model-ref.ts';
import type { AgentJob } from '../types.ts';

/**
 * What a `command:` agent finds in its environment. The gateway's address and token stand under Runyard's own names and under those that
 * agents commonly read; without a model none of them is set.
 */
export function commandEnvironment(job: AgentJob, systemPromptFile: string): Record<string, string> {
  const own = {
    RUNYARD_RUN_ID: job.runId,
    RUNYARD_ATTEMPT: String(job.attempt),
    RUNYARD_PROMPT_FILE: job.promptFile,
    RUNYARD_SYSTEM_PROMPT_FILE: systemPromptFile,
  };
  if (!job.gateway) return own;
  const { url, token, modelRef, protocol } = job.gateway;
  return {
    ...own,
    RUNYARD_GATEWAY_URL: url,
    RUNYARD_GATEWAY_TOKEN: token,
    RUNYARD_MODEL: parseModelRef(modelRef).model,
    RUNYARD_MODEL_REF: modelRef,
    RUNYARD_PROTOCOL: protocol,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: token,
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: token,
  };
}
