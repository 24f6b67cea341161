import { readFileSync, readlinkSync } from 'node:fs';
import { MARK_NAME, parseMark } from './end-marked.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';

/**
 * Processes that a process of Runyard started outside of any namespace and that outlived it. Provably ours: their environment names their
 * starter by pid and start time, and `owner`, the node they belong to. Not judged: what runs in another PID namespace, where that pid means
 * another process, and what carries the mark this process was itself started with.
 */
export function findOrphanedProcesses(owner: string): ProcessIdentity[] {
  const own = markOf('self');
  const space = spaceOf('self');
  if (space === null) return [];
  return processesWithVariable(MARK_NAME, '', 'start')
    .filter(({ pid, state }) => state !== 'Z' && pid !== process.pid && spaceOf(pid) === space)
    .filter(({ pid }) => {
      const mark = markOf(pid);
      const parsed = mark === null || mark === own ? null : parseMark(mark);
      return parsed !== null && parsed.owner === owner && !isAlive(parsed.starter);
    })
    .map(({ pid, startTime }) => ({ pid, startTime }));
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
