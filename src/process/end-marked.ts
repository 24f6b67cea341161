import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';

/** Inherited by everything below a child that no namespace holds together. */
export const MARK_NAME = 'RUNYARD_PROCESS';

/** How the marks of all children of a process begin. */
function marksOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid}.${startTime}.`;
}

let own: string | undefined;

/** A mark for a child of this process; `unique` tells it from the others. */
export function newMark(unique: string): string {
  own ??= marksOf(processIdentity(process.pid) ?? { pid: process.pid, startTime: '0' });
  return `${own}${unique}`;
}

const ROUNDS = 5;
const PAUSE_MS = 10;

/**
 * Kills what a process that is gone had started outside of any namespace: such a child has a session of its own and stays when its parent is
 * killed. Does nothing where the table of processes cannot be read.
 */
export async function endMarkedBy(starter: ProcessIdentity): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = processesWithVariable(MARK_NAME, marksOf(starter), 'start').filter(
      ({ state }) => state !== 'Z',
    );
    if (left.length === 0) return;
    for (const { pid } of left) kill(pid);
    await sleep(PAUSE_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
