import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { git } from './git.ts';
import type { LayerPlace } from './overlay/checkout-layer.ts';
import { layOverlay } from './overlay/lay-overlay.ts';
import { parallelCheckout } from './parallel-checkout.ts';
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
  /**
   * Where mounting is possible: prepared files to lay the commit over. `targetDir` is then the folder `checkout` of one that holds its layer as
   * well, and whoever removes it calls `detachOverlay` first.
   */
  readonly over?: PreparedFiles | null | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface PreparedFiles {
  readonly layers: LayerPlace;
  readonly mirrorDir: string;
  /** The commit the other one was made from. */
  readonly baseCommit: string;
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
    const below = await layBelow(options);
    if (below) copyFileSync(below.index, index);
    const readTree = ['read-tree', ...(below ? ['-m'] : ['--reset']), '-u', commit];
    if (below?.commit !== commit) {
      const area = { gitDir, workTree: targetDir, timeoutMs, signal, env };
      await git([...parallelCheckout, ...readTree], area);
    }
    if (options.withRepository ?? false) giveRepository(options, index);
  } finally {
    rmSync(index, { force: true });
  }
}

async function layBelow({ gitDir, commit, targetDir, over, timeoutMs, signal }: MaterialiseOptions) {
  if (!over) return null;
  const { layers, mirrorDir, baseCommit } = over;
  const request = { layers, mirrorDir, gitDir, commit, near: baseCommit, mayMake: false };
  return (await layOverlay(dirname(targetDir), { ...request, timeoutMs, signal })).layer;
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
  // Not a rename: an overlay is a file system of its own.
  copyFileSync(index, join(repository, 'index'));
}
