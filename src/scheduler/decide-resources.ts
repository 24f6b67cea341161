import type { Shortage } from '../domain/shortage.ts';

/** What a host has left. null: it cannot be told, and is not held against it. */
export interface HostSnapshot {
  readonly freeDiskBytes: number | null;
  readonly freeMemoryBytes: number | null;
}

export interface ResourceThresholds {
  /** 0: not looked at. */
  readonly minFreeDiskMb: number;
  readonly minFreeMemoryMb: number;
}

const MB = 1024 * 1024;
/** What was short has to be clearly above the threshold again: a value that swings around it would be told again and again. */
const RECOVERED = 1.2;

/** What is too short on this host to start another run. `before` is the answer of the last time. */
export function decideResources(
  host: HostSnapshot,
  { minFreeDiskMb, minFreeMemoryMb }: ResourceThresholds,
  before: readonly Shortage[],
): Shortage[] {
  return [
    { what: 'disk', free: host.freeDiskBytes, minMb: minFreeDiskMb } as const,
    { what: 'memory', free: host.freeMemoryBytes, minMb: minFreeMemoryMb } as const,
  ].flatMap(({ what, free, minMb }) => {
    if (free === null || minMb === 0) return [];
    const wasShort = before.some((shortage) => shortage.what === what);
    const neededBytes = Math.ceil(minMb * MB * (wasShort ? RECOVERED : 1));
    return free < neededBytes ? [{ what, freeBytes: Math.max(0, Math.floor(free)), neededBytes }] : [];
  });
}
