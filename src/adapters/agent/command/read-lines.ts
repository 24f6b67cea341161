import { keepStart } from '../running/bounded-text.ts';
import type { StreamReader } from '../running/stream-reader.ts';
import type { AgentActivity } from '../types.ts';

const LONGEST_LINE = 4_000;
/** Enough for a summary; a program that prints more is followed in the log of its stdout. */
const KEPT_LINES = 50;
/** A build log of a million lines is not a million events. */
const MOST_ACTIVITIES = 2_000;

/** Every line of stdout is an activity; the last ones are the summary. */
export function createLineReader(onActivity: (activity: AgentActivity) => void): StreamReader {
  const last: string[] = [];
  let reported = 0;
  return {
    outcome: () => null,
    readLine(line) {
      if (line.trim() === '') return;
      const text = keepStart(line, LONGEST_LINE);
      last.push(text);
      if (last.length > KEPT_LINES) last.shift();
      reported += 1;
      if (reported <= MOST_ACTIVITIES) onActivity({ kind: 'message', name: null, text });
      if (reported === MOST_ACTIVITIES + 1) {
        onActivity({
          kind: 'warning',
          name: null,
          text: `Only the first ${MOST_ACTIVITIES} lines are shown as they come.`,
        });
      }
    },
    outcomeOnExit: () => ({
      summary: last.join('\n'),
      error: null,
      reportedUsage: null,
      reportedCostUsd: null,
      sessionId: null,
    }),
  };
}
