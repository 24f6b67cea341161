import { readFileSync, readlinkSync } from 'node:fs';
import { MARK_NAME } from './end-marked.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';

/**
 * Processes that a process of Runyard started outside of any namespace and that outlived it. Provably ours: their environment names their
 * starter by pid and start time. Not judged: what runs in another PID namespace, where that pid means another process, and what
 * carries the mark this process was itself started with.
 */
export function findOrphanedProcesses(): ProcessIdentity[] {
  const own = markOf('self');
  const space = spaceOf('self');
  if (space === null) return [];
  return processesWithVariable(MARK_NAME, '', 'start')
    .filter(({ pid, state }) => state !== 'Z' && pid !== process.pid && spaceOf(pid) === space)
    .filter(({ pid }) => {
      const mark = markOf(pid);
      const starter = mark === null || mark === own ? null : starterOf(mark);
      return starter !== null && !isAlive(starter);
    })
    .map(({ pid, startTime }) => ({ pid, startTime }));
}

/** `<pid>.<start time>.<unique>`; a start time of 0 was not known. */
function starterOf(mark: string): ProcessIdentity | null {
  const [, pid, startTime] = /^(\d+)\.(\d+)\./.exec(mark) ?? [];
  if (pid === undefined || startTime === undefined || startTime === '0') return null;
  return { pid: Number(pid), startTime };
}

function markOf(pid: number | 'self'): string | null {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((text) => text.startsWith(`${MARK_NAME}=`))?.slice(MARK_NAME.length + 1) ?? null;
  } catch {
    return null;
  }
}

function spaceOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}
