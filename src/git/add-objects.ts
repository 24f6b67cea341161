import { join } from 'node:path';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { git } from './git.ts';

export interface AddObjects {
  /** The git directory whose object store grows. */
  readonly to: string;
  /** A bundle file, or a git directory of ours. */
  readonly from: string;
  /** The name `commit` has there. */
  readonly ref: string;
  readonly commit: string;
  /** A commit `to` has already. */
  readonly base: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Adds commits to a source's objects and checks that they are whole; its refs, FETCH_HEAD and everything else stay as they are. */
export async function addObjects({
  to,
  from,
  ref,
  commit,
  base,
  timeoutMs,
  signal,
}: AddObjects): Promise<void> {
  await withBorrowedRepository(
    { from: to, head: base, refs: { 'refs/heads/base': base } },
    async (gitDir) => {
      const quiet = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
      const args = [
        '-c',
        'fetch.fsckObjects=true',
        ...quiet,
        '--',
        from,
        `${ref}:refs/heads/received-${commit}`,
      ];
      const env = { GIT_OBJECT_DIRECTORY: join(to, 'objects') };
      await git(args, { gitDir, env, timeoutMs, signal, subject: to });
    },
  );
}
