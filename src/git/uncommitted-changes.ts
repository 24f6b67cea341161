import { join } from 'node:path';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { type GitOptions, git } from './git.ts';

export interface WorkTreeOfSource {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly top: string;
  readonly headCommit: string;
}

const LIMIT_MS = 5000;

/**
 * How many files of a work tree differ from HEAD, tracked or not; null when that cannot be told quickly. Looked at through a git
 * directory of our own, so no filter or monitor the repository configures is run, and its index is not refreshed.
 */
export async function uncommittedChanges(
  { gitDir, commonDir, top, headCommit }: WorkTreeOfSource,
  inside: GitOptions,
): Promise<number | null> {
  const look = async (ours: string): Promise<number> => {
    const output = await git(['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all'], {
      ...inside,
      gitDir: ours,
      workTree: top,
      timeoutMs: Math.min(LIMIT_MS, inside.timeoutMs),
      env: { GIT_INDEX_FILE: join(gitDir, 'index') },
      maxOutputBytes: 1024 * 1024,
    });
    return output.stdout.split('\0').filter(Boolean).length;
  };
  try {
    return await withBorrowedRepository({ from: commonDir, head: headCommit, bare: false }, look);
  } catch {
    return null;
  }
}
