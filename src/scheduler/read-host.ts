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

/** How the two versions of control groups name the same things. */
const groupVersions = [
  { own: /^0::(.+)$/m, root: '', max: 'memory.max', used: 'memory.current', idle: /^inactive_file (\d+)$/m },
  {
    own: /^\d+:memory:(.+)$/m,
    root: 'memory',
    max: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    idle: /^total_inactive_file (\d+)$/m,
  },
] as const;

type GroupVersion = (typeof groupVersions)[number];

/** What the control groups around this process leave it, the tightest of them; null where none has a limit. */
async function memoryLeftInGroups(proc: string, cgroups: string): Promise<number | null> {
  const membership = (await readText(path.join(proc, 'self/cgroup'))) ?? '';
  const left: number[] = [];
  for (const version of groupVersions) {
    const own = version.own.exec(membership)?.[1];
    if (own === undefined) continue;
    for (let group = path.posix.normalize(`/${own}`); ; group = path.posix.dirname(group)) {
      const bytes = await memoryLeftIn(path.join(cgroups, version.root, group), version);
      if (bytes !== null) left.push(bytes);
      if (group === '/') break;
    }
  }
  return left.length === 0 ? null : Math.min(...left);
}

async function memoryLeftIn(folder: string, { max, used, idle }: GroupVersion): Promise<number | null> {
  const limit = Number((await readText(path.join(folder, max)))?.trim());
  const inUse = Number((await readText(path.join(folder, used)))?.trim());
  if (!Number.isFinite(limit) || !Number.isFinite(inUse)) return null;
  // The kernel gives file pages that were not used lately back before it refuses memory.
  const stat = await readText(path.join(folder, 'memory.stat'));
  return Math.max(0, limit - inUse + Number(idle.exec(stat ?? '')?.[1] ?? 0));
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
