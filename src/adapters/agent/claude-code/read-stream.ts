import type { z } from 'zod';
import { runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import type { AgentOutcome, StreamReader } from '../running/stream-reader.ts';
import type { AgentActivity } from '../types.ts';
import {
  type ContentBlock,
  contentBlockSchema,
  lineSchema,
  messageSchema,
  resultSchema,
  systemSchema,
} from './events.ts';
import { judgeResult } from './judge-result.ts';

/** Pieces of answers, asked for only so that a silent process is a stuck one; not worth parsing. */
const PARTIAL_MESSAGE = '{"type":"stream_event"';

/** Reads `--output-format stream-json`. Types and fields it does not know are ignored, as every release adds some. */
export function createClaudeReader(onActivity: (activity: AgentActivity) => void): StreamReader {
  let outcome: AgentOutcome | null = null;
  let toolSuccesses = 0;
  const answers = new Set<string>();

  function readMessage(json: unknown): void {
    const { id, blocks } = messageIn(json);
    if (id !== null) answers.add(id);
    for (const block of blocks) {
      if (block.type === 'tool_result' && block.is_error !== true) toolSuccesses += 1;
      onActivity(activityOf(block));
    }
  }

  function readResult(json: unknown, sessionId: string | null): void {
    const parsed = resultSchema.safeParse(json);
    if (!parsed.success) {
      outcome = unknownResult(parsed.error, sessionId);
      return;
    }
    for (const { tool_name: tool } of parsed.data.permission_denials ?? []) {
      onActivity({ kind: 'warning', name: tool, text: 'The tool was denied.' });
    }
    outcome = judgeResult(parsed.data, { sessionId, toolSuccesses, turns: answers.size });
  }

  return {
    outcome: () => outcome,
    readLine(line) {
      // The first result counts: what comes after it belongs to background work.
      if (outcome || line.startsWith(PARTIAL_MESSAGE)) return;
      const json = parseJson(line);
      const parsed = lineSchema.safeParse(json);
      if (!parsed.success) return;
      const { type, session_id: sessionId } = parsed.data;
      if (type === 'assistant' || type === 'user') readMessage(json);
      else if (type === 'system') warnOf(json, onActivity);
      else if (type === 'result') readResult(json, sessionId ?? null);
    },
  };
}

function messageIn(json: unknown): { readonly id: string | null; readonly blocks: readonly ContentBlock[] } {
  const parsed = messageSchema.safeParse(json);
  if (!parsed.success) return { id: null, blocks: [] };
  const { id = null, content } = parsed.data.message;
  if (typeof content === 'string') return { id, blocks: [] };
  const blocks = content.flatMap((item) => {
    const block = contentBlockSchema.safeParse(item);
    return block.success ? [block.data] : [];
  });
  return { id, blocks };
}

function activityOf(block: ContentBlock): AgentActivity {
  switch (block.type) {
    case 'text':
      return { kind: 'message', name: null, text: block.text };
    case 'thinking':
      return { kind: 'thinking', name: null, text: block.thinking };
    case 'tool_use':
      return { kind: 'tool', name: block.name, text: JSON.stringify(block.input ?? null) };
    case 'tool_result':
      return { kind: 'tool-result', name: null, text: textOf(block.content) };
    default:
      return block satisfies never;
  }
}

function unknownResult(problem: z.ZodError, sessionId: string | null): AgentOutcome {
  const detail = `Its result has another shape than expected: ${problem.issues[0]?.path.join('.') ?? ''}`;
  const error = runyardError('agent.reported-error', {
    agent: 'claude-code',
    reason: 'unknown result',
    detail,
  });
  return { summary: '', error: toErrorData(error), reportedUsage: null, reportedCostUsd: null, sessionId };
}

function warnOf(json: unknown, onActivity: (activity: AgentActivity) => void): void {
  const parsed = systemSchema.safeParse(json);
  if (!parsed.success) return;
  const event = parsed.data;
  if (event.subtype === 'api_retry') {
    const status = event.error_status ? `HTTP ${event.error_status}` : textOf(event.error);
    const text = `The model call failed (${status}); retry ${event.attempt ?? '?'} of ${event.max_retries ?? '?'}.`;
    onActivity({ kind: 'warning', name: 'api_retry', text });
  }
  if (event.subtype === 'permission_denied') {
    onActivity({ kind: 'warning', name: event.tool_name ?? null, text: textOf(event.message) });
  }
}

/** Tool results are a text, or a list of blocks with texts in them. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content === undefined ? '' : JSON.stringify(content);
  return content
    .map((item: unknown) => {
      const block = contentBlockSchema.safeParse(item);
      return block.success && block.data.type === 'text' ? block.data.text : '';
    })
    .join('');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
