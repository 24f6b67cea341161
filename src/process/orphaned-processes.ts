import { readFileSync, readlinkSync } from 'node:fs';
import { MARK_NAME, parseMark } from './end-marked.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';

/**
 * Processes that a process of Runyard started outside of any namespace and that outlived it. Provably ours: their environment names their
 * starter by pid and start time, and `owner`, the node they belong to. Not judged: what runs in another PID namespace, where that pid means
 * another process (but for the first process of a namespace that was made from here: a sandbox that was cut off before it was set up waits
 * for ever), and what carries the mark this process was itself started with.
 */
export function findOrphanedProcesses(owner: string): ProcessIdentity[] {
  const own = markOf('self');
  const space = spaceOf('self');
  if (space === null) return [];
  const depth = idsOf('self').length;
  return processesWithVariable(MARK_NAME, '', 'start')
    .filter(({ pid, state }) => state !== 'Z' && pid !== process.pid)
    .filter(({ pid }) => spaceOf(pid) === space || beginsSpaceBelow(pid, depth))
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

/** Whoever is in a container of its own has a deeper one in between. */
function beginsSpaceBelow(pid: number, depth: number): boolean {
  const ids = idsOf(pid);
  return ids.length === depth + 1 && ids.at(-1) === '1';
}

/** One in each PID namespace from here down to its own (proc_pid_status(5), NSpid). */
function idsOf(pid: number | 'self'): string[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  } catch {
    return [];
  }
}

function spaceOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}
