import { readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { HostSnapshot } from './decide-resources.ts';

export interface HostFiles {
  readonly dataFolder: string;
  /** `/proc` and `/sys/fs/cgroup`, unless a test has its own. */
  readonly proc?: string;
  readonly cgroups?: string;
}

/** What this host has left for another run. What cannot be read is null. */
export async function readHost({
  dataFolder,
  proc = '/proc',
  cgroups = '/sys/fs/cgroup',
}: HostFiles): Promise<HostSnapshot> {
  const [freeDiskBytes, ofHost, ofGroup] = await Promise.all([
    freeDisk(dataFolder),
    availableMemory(proc),
    memoryLeftInGroups(proc, cgroups),
  ]);
  const known = [ofHost, ofGroup].filter((bytes) => bytes !== null);
  return { freeDiskBytes, freeMemoryBytes: known.length === 0 ? null : Math.min(...known) };
}

async function freeDisk(folder: string): Promise<number | null> {
  const stats = await statfs(folder).catch(() => null);
  return stats === null ? null : stats.bavail * stats.bsize;
}

async function availableMemory(proc: string): Promise<number | null> {
  const text = await readText(path.join(proc, 'meminfo'));
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(text ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** What the control groups around this process (version 2) leave it, the tightest of them; null where none has a limit. */
async function memoryLeftInGroups(proc: string, cgroups: string): Promise<number | null> {
  const own = /^0::(.+)$/m.exec((await readText(path.join(proc, 'self/cgroup'))) ?? '')?.[1];
  if (own === undefined) return null;
  const left: number[] = [];
  for (let group = path.posix.normalize(`/${own}`); ; group = path.posix.dirname(group)) {
    const bytes = await memoryLeftIn(path.join(cgroups, group));
    if (bytes !== null) left.push(bytes);
    if (group === '/') break;
  }
  return left.length === 0 ? null : Math.min(...left);
}

async function memoryLeftIn(group: string): Promise<number | null> {
  const limit = Number((await readText(path.join(group, 'memory.max')))?.trim());
  const used = Number((await readText(path.join(group, 'memory.current')))?.trim());
  if (!Number.isFinite(limit) || !Number.isFinite(used)) return null;
  // The kernel gives file pages that were not used lately back before it refuses memory.
  const stat = await readText(path.join(group, 'memory.stat'));
  const reclaimable = Number(/^inactive_file (\d+)$/m.exec(stat ?? '')?.[1] ?? 0);
  return Math.max(0, limit - used + reclaimable);
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
