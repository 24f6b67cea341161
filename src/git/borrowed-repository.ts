import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnedFolder } from '../process/owned-folder.ts';
import { writeRepository } from './repository-layout.ts';

export interface Borrow {
  /** Whose objects are used. It is never asked for anything else: not its configuration, not its refs. */
  readonly from: string;
  /** A commit of it, at which the borrowed repository's HEAD is. */
  readonly head: string;
  readonly refs?: Readonly<Record<string, string>>;
  readonly bare?: boolean;
}

/**
 * A short-lived git directory of ours over somebody else's objects. Whatever is done through it, nothing the other repository
 * configures takes part: no hooks, filters, helpers, owner checks.
 */
export async function withBorrowedRepository<T>(
  { from, head, refs = {}, bare = true }: Borrow,
  work: (gitDir: string) => Promise<T>,
): Promise<T> {
  const gitDir = makeOwnedFolder('git');
  try {
    const alternates = [join(from, 'objects')];
    writeRepository({ gitDir, bare, head, refs, alternates, shallowLike: from, exampleCommit: head });
    return await work(gitDir);
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}
