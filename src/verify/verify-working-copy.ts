import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Verdict } from '../domain/verdict.ts';
import { withBorrowedRepository } from '../git/borrowed-repository.ts';
import { resolveSource } from '../git/resolve-source.ts';
import { makeOwnedFolder } from '../process/owned-folder.ts';
import { readNpmSettings, registryHosts } from './dependencies/npm-settings.ts';
import { defaultRegistryHosts, startEgressProxy } from './egress/egress-proxy.ts';
import { type VerifyOptions, verifyCommit } from './verify-commit.ts';
import { commitWorkTree } from './work-tree-commit.ts';

export interface WorkingCopyOptions
  extends Omit<VerifyOptions, 'gitDir' | 'baseCommit' | 'commit' | 'folders' | 'egressSocketPath'> {
  /** Absolute path of a local repository. */
  readonly repository: string;
  readonly base: string;
  /** A revision, or the work tree as it is now, untracked files included. */
  readonly head: { readonly revision: string } | 'worktree';
  /** Where packages and baselines are kept between calls; null: in a temporary folder that is removed. */
  readonly cacheDir: string | null;
}

/**
 * `runyard verify`: the verification of a run, without a server or a database, on a repository of the user's. Nothing is written to that
 * repository: its objects are borrowed, and a snapshot of the work tree is made beside it.
 */
export async function verifyWorkingCopy(options: WorkingCopyOptions): Promise<Verdict> {
  const temporary = makeOwnedFolder('verify');
  const cache = options.cacheDir ?? join(temporary, 'cache');
  const socketPath = join(temporary, 'egress.sock');
  const egress = await startEgressProxy({
    socketPath,
    allowedHosts: defaultRegistryHosts,
    operatorHosts: async () => registryHosts(await readNpmSettings(options.hostEnvironment, options.signal)),
  });
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    const source = await findCommits(options);
    const borrow = { from: source.gitDir, head: source.head, bare: false };
    return await withBorrowedRepository(borrow, async (gitDir) => {
      const commit =
        options.head === 'worktree' ? await commitOfWorkTree(options, source, gitDir) : source.head;
      return verifyCommit({
        ...options,
        gitDir,
        baseCommit: source.base,
        commit,
        folders: {
          verify: join(temporary, 'trees'),
          dependencies: join(cache, 'dependencies'),
          baselines: join(cache, 'baselines'),
        },
        egressSocketPath: egress.socketPath,
      });
    });
  } finally {
    await egress.close();
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Commits {
  readonly gitDir: string;
  readonly workTree: string;
  readonly base: string;
  readonly head: string;
}

async function findCommits({
  repository,
  base,
  head,
  limits,
  hostEnvironment,
  signal,
}: WorkingCopyOptions): Promise<Commits> {
  const resolve = (revision: string) =>
    resolveSource({
      repository,
      base: revision,
      userEnvironment: hostEnvironment,
      timeoutMs: limits.gitMs,
      signal,
    });
  const source = await resolve(base);
  if (source.kind !== 'local' || source.gitDir === null) {
    const detail = 'A change is verified in a local clone of it.';
    throw runyardError('git.not-a-repository', { repository, detail });
  }
  const current = await resolve(head === 'worktree' ? 'HEAD' : head.revision);
  return {
    gitDir: source.gitDir,
    workTree: source.location,
    base: source.baseCommit,
    head: current.baseCommit,
  };
}

function commitOfWorkTree(
  { limits, signal }: WorkingCopyOptions,
  source: Commits,
  gitDir: string,
): Promise<string> {
  const { gitDir: userGitDir, workTree, head: parent } = source;
  return commitWorkTree({
    gitDir,
    userGitDir,
    workTree,
    parent,
    date: new Date(),
    timeoutMs: limits.gitMs,
    signal,
  });
}
