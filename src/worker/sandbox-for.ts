import path from 'node:path';
import type { Bridge, SandboxPolicy } from '../process/types.ts';
import type { Assignment } from '../protocol/worker.ts';

export interface SandboxNeeds {
  readonly writable: readonly string[];
  readonly readable?: readonly string[];
  readonly bridges?: readonly Bridge[];
}

/** The policy of this run's host with what one child needs. The mirrors' objects are what an agent's repository borrows from. */
export function sandboxFor({ sandbox, folders }: Assignment, needs: SandboxNeeds): SandboxPolicy {
  return {
    mode: sandbox.mode,
    writable: needs.writable,
    readable: [...sandbox.readable, path.resolve(folders.mirrors), ...(needs.readable ?? [])],
    masked: sandbox.masked,
    network: 'none',
    bridges: needs.bridges ?? [],
  };
}
