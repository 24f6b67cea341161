import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_KB = 1024;

/** Resident memory of a process now, and the most it ever had, in bytes (proc_pid_status(5)). */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { now: field('VmRSS') * BYTES_PER_KB, most: field('VmHWM') * BYTES_PER_KB };
}

/** Its share of memory when pages that several processes have are divided among them, in bytes. */
export function proportionalMemoryOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN) * BYTES_PER_KB;
}

/** Seconds of processor time of a process and of all children it has waited for (proc_pid_stat(5), fields 14 to 17, in 1/100 s). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/** Workers of a server, idle ones included. */
export function workersOf(server: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isWorkerOf(pid, server));
}

function isWorkerOf(pid: number, server: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return parent === server && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/main');
  } catch {
    return false;
  }
}
