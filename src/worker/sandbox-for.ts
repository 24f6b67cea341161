import path from 'node:path';
import type { Bridge, SandboxPolicy } from '../process/types.ts';
import type { Assignment } from '../protocol/worker.ts';

export interface SandboxNeeds {
  readonly writable: readonly string[];
  readonly readable?: readonly string[];
  readonly bridges?: readonly Bridge[];
  /** The run's own mirror, whose objects the agent's repository borrows; no other run's. */
  readonly mirrorDir?: string | null;
}

/** The policy of this run's host with what one child needs. */
export function sandboxFor({ sandbox }: Assignment, needs: SandboxNeeds): SandboxPolicy {
  return {
    mode: sandbox.mode,
    writable: needs.writable,
    readable: [
      ...sandbox.readable,
      ...(needs.mirrorDir ? [path.join(needs.mirrorDir, 'objects')] : []),
      ...(needs.readable ?? []),
    ],
    masked: sandbox.masked,
    network: 'none',
    bridges: needs.bridges ?? [],
  };
}
