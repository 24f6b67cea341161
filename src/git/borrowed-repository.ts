import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRepository } from './repository-layout.ts';

const PREFIX = 'runyard-git-';

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
  const gitDir = mkdtempSync(join(tmpdir(), PREFIX));
  try {
    const alternates = [join(from, 'objects')];
    writeRepository({ gitDir, bare, head, refs, alternates, shallowLike: from, exampleCommit: head });
    return await work(gitDir);
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

/** Removes those a killed process left behind; gives how many. None is in use for as long as an hour. */
export function sweepBorrowedRepositories(now: Date, olderThanMs = 3_600_000, folder = tmpdir()): number {
  const abandoned = readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(folder, name))
    .filter(
      (path) => now.getTime() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > olderThanMs,
    );
  for (const path of abandoned) rmSync(path, { recursive: true, force: true });
  return abandoned.length;
}
