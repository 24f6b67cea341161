import type { AgentJob } from '../types.ts';

const SHARE_OF_SILENCE = 0.8;
const LONGEST_COMMAND_MS = 10 * 60_000;

/** How long a command of the agent may take: a silent one must end, and be seen to end, before the agent itself counts as silent. */
export function longestCommandMs({ silenceMs }: Pick<AgentJob['limits'], 'silenceMs'>): number {
  return Math.min(LONGEST_COMMAND_MS, Math.round(silenceMs * SHARE_OF_SILENCE));
}
