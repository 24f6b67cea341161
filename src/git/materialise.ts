import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { git } from './git.ts';
import { writeRepository } from './repository-layout.ts';
import { runyardIdentity } from './workspace.ts';

export interface MaterialiseOptions {
  /** A git directory of ours that has the commit: `host.git` or a mirror. */
  readonly gitDir: string;
  readonly commit: string;
  /** Missing or empty. */
  readonly targetDir: string;
  /** Also leave a disposable repository there, HEAD detached at the commit, for checks that ask git about files or versions. */
  readonly withRepository?: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The files of a commit, exactly: no leftovers, no ignored files, no work tree state of anybody. */
export async function materialise(options: MaterialiseOptions): Promise<void> {
  const { gitDir, commit, targetDir, timeoutMs, signal } = options;
  mkdirSync(targetDir, { recursive: true });
  if (readdirSync(targetDir).length > 0) {
    throw runyardError('git.bad-state', {
      repository: targetDir,
      detail: 'The folder to check out into is not empty.',
    });
  }
  const index = `${targetDir}.index`;
  const env = { GIT_INDEX_FILE: index };
  try {
    await git(['read-tree', '--reset', '-u', commit], {
      gitDir,
      workTree: targetDir,
      timeoutMs,
      signal,
      env,
    });
    if (options.withRepository ?? false) giveRepository(options, index);
  } finally {
    rmSync(index, { force: true });
  }
}

function giveRepository({ gitDir, commit, targetDir }: MaterialiseOptions, index: string): void {
  const repository = join(targetDir, '.git');
  writeRepository({
    gitDir: repository,
    bare: false,
    head: commit,
    alternates: [join(gitDir, 'objects')],
    shallowLike: gitDir,
    exampleCommit: commit,
    user: runyardIdentity,
  });
  renameSync(index, join(repository, 'index'));
}
