import { setTimeout as delay } from 'node:timers/promises';
import { processesMentioning, show } from './proc.ts';

/** Condition 5 gives processes ten seconds. */
const PROCESS_LIMIT_MS = 10_000;

/** What is still alive of the runs after the time they have. */
export async function remainingProcesses(runIds: readonly string[]): Promise<string[]> {
  const deadline = Date.now() + PROCESS_LIMIT_MS;
  let left = processesMentioning(runIds);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(100);
    left = processesMentioning(runIds);
  }
  return left.map(show);
}
