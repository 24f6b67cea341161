import { availableParallelism, loadavg } from 'node:os';
import { availableMemory } from 'node:process';

const MOST = 4;
/** Of processes per core, over the last minute. */
const BUSY_LOAD = 2;
/** What a type checker or a test runner of a large project may take. */
const BYTES_OF_ONE = 1536 * 1024 * 1024;

/** How many checks may run side by side on this machine: its cores, and the memory that is free, also in a container. */
export function laneCount(cores = availableParallelism(), freeBytes = availableMemory()): number {
  return Math.max(1, Math.min(MOST, cores, Math.floor(freeBytes / BYTES_OF_ONE)));
}

/** Whether others leave nothing over of this machine. */
export function isBusy(cores = availableParallelism(), load = loadavg()[0] ?? 0): boolean {
  return load > BUSY_LOAD * cores;
}
