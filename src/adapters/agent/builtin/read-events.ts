import type { AgentOutcome, StreamReader } from '../running/stream-reader.ts';
import type { AgentActivity } from '../types.ts';
import { builtinEventSchema } from './events.ts';

/** Reads what the built-in agent prints. Lines that are no event of its are ignored. */
export function createBuiltinReader(onActivity: (activity: AgentActivity) => void): StreamReader {
  let outcome: AgentOutcome | null = null;
  return {
    outcome: () => outcome,
    readLine(line) {
      if (outcome) return;
      const parsed = builtinEventSchema.safeParse(parseJson(line));
      if (!parsed.success) return;
      const event = parsed.data;
      if (event.type === 'activity') {
        onActivity({ kind: event.kind, name: event.name, text: event.text });
      }
      if (event.type === 'end') {
        const { summary, error, usage } = event;
        outcome = { summary, error, reportedUsage: usage, reportedCostUsd: null, sessionId: null };
      }
    },
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
