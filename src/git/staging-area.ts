import { rmSync } from 'node:fs';
import type { GitOptions } from './git.ts';

/** git directory (host-owned), work tree and index of one staging. */
export interface StagingArea extends GitOptions {
  readonly gitDir: string;
  readonly workTree: string;
  /** Literal paths, relative to the work tree, that are left out whatever the repository ignores. */
  readonly exclude: readonly string[];
  /** The work tree is a workspace's and not a user's own: what no commit can hold may be removed from it. */
  readonly isOurs: boolean;
}

/** Removes an index that was made for one staging only. */
export function discardIndex(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}.lock`, { force: true });
}
