import { type RunyardError, runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import type { Usage } from '../../../domain/usage.ts';
import { modelErrorKind } from '../running/model-error-kind.ts';
import type { AgentOutcome } from '../running/stream-reader.ts';
import type { ClaudeResult } from './events.ts';

export interface StreamFacts {
  readonly sessionId: string | null;
  /** Tool calls that were carried out. */
  readonly toolSuccesses: number;
  /** Answers of the model; the event's own `num_turns` counts one too many. */
  readonly turns: number;
}

const AGENT = 'claude-code';

/**
 * What a `result` event means. `subtype` is no help: it says "success" for API errors too. Done is only what has no error and the
 * reason `completed`. Tools that were denied do not make it a failure by themselves, unless none was carried out.
 */
export function judgeResult(result: ClaudeResult, facts: StreamFacts): AgentOutcome {
  const error = errorOf(result, facts);
  return {
    summary: result.result ?? '',
    error: error ? toErrorData(error) : null,
    reportedUsage: usageOf(result, facts),
    reportedCostUsd: costOf(result),
    sessionId: facts.sessionId,
  };
}

function errorOf(result: ClaudeResult, facts: StreamFacts): RunyardError | null {
  const { toolSuccesses } = facts;
  const reason = result.terminal_reason ?? (result.is_error ? 'unknown' : 'completed');
  if (result.is_error || reason !== 'completed') return failureOf(result, facts, reason);
  const denied = [...new Set((result.permission_denials ?? []).map((denial) => denial.tool_name))];
  if (denied.length > 0 && toolSuccesses === 0) {
    return runyardError('agent.permission-denied', { agent: AGENT, tools: denied });
  }
  if (toolSuccesses === 0 && (result.result ?? '').trim() === '') {
    const detail = 'The model ended with an empty answer and used no tool.';
    return runyardError('agent.model-error', {
      agent: AGENT,
      status: null,
      code: 'empty-answer',
      kind: 'retryable',
      detail,
    });
  }
  return null;
}

function failureOf(result: ClaudeResult, { turns }: StreamFacts, reason: string): RunyardError {
  const detail = detailOf(result);
  if (reason === 'max_turns' || result.subtype === 'error_max_turns') {
    return runyardError('agent.turn-limit', { agent: AGENT, turns });
  }
  if (reason === 'prompt_too_long') return runyardError('agent.context-full', { agent: AGENT, detail });
  if (reason === 'api_error' || result.api_error_status != null) {
    const status = result.api_error_status ?? null;
    return runyardError('agent.model-error', {
      agent: AGENT,
      status,
      code: reason,
      kind: modelErrorKind(status),
      detail,
    });
  }
  return runyardError('agent.reported-error', { agent: AGENT, reason, detail });
}

function detailOf({ result, errors }: ClaudeResult): string {
  const messages = (errors ?? []).map((error) => (typeof error === 'string' ? error : JSON.stringify(error)));
  return [result ?? '', ...messages]
    .filter((text) => text !== '')
    .join(' ')
    .slice(0, 2_000);
}

/** `usage` misses the last call when a budget stops the run; the figures per model do not. */
function usageOf(result: ClaudeResult, { turns }: StreamFacts): Usage | null {
  const models = Object.values(result.model_usage_since_last_result ?? result.modelUsage ?? {});
  if (models.length === 0) return null;
  const sum = (pick: (model: (typeof models)[number]) => number) =>
    models.reduce((total, model) => total + Math.round(pick(model)), 0);
  return {
    inputTokens: sum((model) => model.inputTokens),
    outputTokens: sum((model) => model.outputTokens),
    cacheReadTokens: sum((model) => model.cacheReadInputTokens),
    cacheWriteTokens: sum((model) => model.cacheCreationInputTokens),
    turns,
  };
}

/** The client's own guess from list prices; the whole session's, which is this attempt's as sessions are never resumed. */
function costOf(result: ClaudeResult): number | null {
  return result.total_cost_usd ?? null;
}
