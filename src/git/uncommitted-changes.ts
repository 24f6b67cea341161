import { join } from 'node:path';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { type GitOptions, git } from './git.ts';
import type { WorkTreeOfSource } from './source.ts';

const LIMIT_MS = 5000;

/** What to say of a work tree that differs from HEAD; null when it does not, or when that cannot be told quickly. */
export async function changesWarning(
  workTree: WorkTreeOfSource,
  inside: Pick<GitOptions, 'timeoutMs' | 'signal'>,
): Promise<string | null> {
  const changes = await uncommittedChanges(workTree, { ...inside, subject: workTree.top });
  if (changes === null || changes === 0) return null;
  return `The source has uncommitted changes (${changes}); they are not part of the run.`;
}

/**
 * How many files of a work tree differ from HEAD, tracked or not; null when that cannot be told quickly. Looked at through a git
 * directory of our own, so no filter or monitor the repository configures is run, and its index is not refreshed.
 */
async function uncommittedChanges(
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
