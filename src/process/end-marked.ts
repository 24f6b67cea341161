import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessIdentity, processIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';
import { sendSignal } from './send-signal.ts';

/** Inherited by everything below a child that no namespace holds together. */
export const MARK_NAME = 'RUNYARD_PROCESS';

/** How the marks of all children of a process begin. */
function marksOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid}.${startTime}.`;
}

let own: string | undefined;
/** The owner of what a command starts that works without a node. */
export const NO_NODE = '-';
/** Whose children these are. */
let owner = NO_NODE;

/** `<pid>.<start time>.<owner>.<unique>`, for a child of this process; `unique` tells it from the others. */
export function newMark(unique: string, markedOwner = owner): string {
  own ??= marksOf(processIdentity(process.pid) ?? { pid: process.pid, startTime: '0' });
  return `${own}${markedOwner}.${unique}`;
}

/** Call in a process that was started with a mark itself: what it starts belongs to the same owner. */
export function adoptMark(mark: string | undefined): void {
  const parsed = mark === undefined ? null : parseMark(mark);
  if (parsed) owner = parsed.owner;
}

/** null: not a mark of ours, or one whose starter cannot be told. */
export function parseMark(
  mark: string,
): { readonly starter: ProcessIdentity; readonly owner: string } | null {
  const [, pid, startTime, of] = /^(\d+)\.(\d+)\.([\w-]+)\./.exec(mark) ?? [];
  if (pid === undefined || startTime === undefined || of === undefined || startTime === '0') return null;
  return { starter: { pid: Number(pid), startTime }, owner: of };
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
    for (const { pid } of left) sendSignal(pid, 'SIGKILL');
    await sleep(PAUSE_MS);
  }
}

/** The same for this process itself, which ends in a moment and has no time to wait: nobody may be left who would look for what it started. */
export function endOwnMarked(): void {
  if (own === undefined) return;
  for (const { pid } of processesWithVariable(MARK_NAME, own, 'start')) sendSignal(pid, 'SIGKILL');
}
