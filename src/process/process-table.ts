import { readdirSync, readFileSync } from 'node:fs';

/** One row of Linux' process table. `startTime` is in clock ticks since boot: with the pid it names a process for good. */
export interface ProcessRow {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
  /** Processor time of it and of the children it has waited for. */
  readonly cpuMs: number;
}

/** null when there is no such process (any more), or no /proc. */
export function readProcess(pid: number): ProcessRow | null {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** Every process this one can see; empty where there is no /proc. */
export function readProcessTable(): ProcessRow[] {
  return processIds()
    .map(readProcess)
    .filter((row) => row !== null);
}

/** Everything that descends from `root`, or shares its session or group, parents first; `root` itself is not among them. */
export function treeOf(root: number, table: readonly ProcessRow[] = readProcessTable()): ProcessRow[] {
  const members = new Set([root]);
  let grew = true;
  while (grew) {
    const before = members.size;
    for (const row of table) {
      const belongs = members.has(row.parent) || row.session === root || row.group === root;
      if (belongs) members.add(row.pid);
    }
    grew = members.size > before;
  }
  return table.filter((row) => row.pid !== root && members.has(row.pid));
}

/**
 * Processes whose environment holds `name=value`, or with `start` a value that begins so. It is inherited, so it finds children that left
 * session and parent.
 */
export function processesWithVariable(
  name: string,
  value: string,
  match: 'whole' | 'start' = 'whole',
): ProcessRow[] {
  const wanted = Buffer.from(match === 'whole' ? `${name}=${value}\0` : `${name}=${value}`);
  return processIds()
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`).includes(wanted);
      } catch {
        return false;
      }
    })
    .map(readProcess)
    .filter((row) => row !== null);
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** USER_HZ, which Linux fixes at 100 for what programs see (proc_pid_stat(5)). */
const MS_PER_TICK = 10;

/** The name (second field) may hold spaces and brackets, so fields are counted from its last closing bracket. */
function parseStat(pid: number, stat: string): ProcessRow | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return null;
  const cpuMs = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * MS_PER_TICK, 0);
  return {
    pid,
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime,
    cpuMs,
  };
}
