import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { RunLimits, RunSpec } from '../domain/run.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import type { Verdict } from '../domain/verdict.ts';
import { resolveSource } from '../git/resolve-source.ts';
import type { Redact } from '../lib/redact.ts';
import type { HostEnvironment } from '../process/child-environment.ts';
import { borrowRepository, snapshotWorkTree } from './borrowed-repository.ts';
import { readNpmSettings, registryHosts } from './dependencies/npm-settings.ts';
import { defaultRegistryHosts, startEgressProxy } from './egress/egress-proxy.ts';
import { type VerifyOptions, verifyCommit } from './verify-commit.ts';

export interface WorkingCopyOptions {
  /** Absolute path of a local repository. */
  readonly repository: string;
  readonly base: string;
  /** A revision, or the work tree as it is now, untracked files included. */
  readonly head: { readonly revision: string } | 'worktree';
  readonly sandbox: {
    readonly mode: SandboxMode;
    readonly readable: readonly string[];
    readonly masked: readonly string[];
  };
  /** Where packages and baselines are kept between calls; null: in a temporary folder that is removed. */
  readonly cacheDir: string | null;
  readonly checks: RunSpec['checks'];
  readonly limits: Pick<RunLimits, 'checkMs' | 'gitMs' | 'killGraceMs'>;
  readonly hostEnvironment: HostEnvironment;
  readonly redact: Redact;
  readonly signal: AbortSignal;
  readonly onCheckStarted?: VerifyOptions['onCheckStarted'];
  readonly onCheckFinished?: VerifyOptions['onCheckFinished'];
}

/**
 * `runyard verify`: the verification of a run, without a server or a database, on a repository of the user's. Nothing is written to that
 * repository: its objects are borrowed, and a snapshot of the work tree is made beside it.
 */
export async function verifyWorkingCopy(options: WorkingCopyOptions): Promise<Verdict> {
  const temporary = await mkdtemp(join(tmpdir(), 'runyard-verify-'));
  const cache = options.cacheDir ?? join(temporary, 'cache');
  const socketPath = join(temporary, 'egress.sock');
  const settings = await readNpmSettings(options.hostEnvironment, options.signal);
  const egress = await startEgressProxy({
    socketPath,
    allowedHosts: defaultRegistryHosts,
    operatorHosts: registryHosts(settings),
  });
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    const { gitDir, baseCommit, commit } = await commitsOf(options, temporary);
    const { sandbox, checks, limits, hostEnvironment, redact, signal, onCheckStarted, onCheckFinished } =
      options;
    return await verifyCommit({
      gitDir,
      baseCommit,
      commit,
      folders: {
        verify: join(temporary, 'trees'),
        dependencies: join(cache, 'dependencies'),
        baselines: join(cache, 'baselines'),
      },
      sandbox,
      egressSocketPath: egress.socketPath,
      checks,
      limits,
      hostEnvironment,
      redact,
      signal,
      ...(onCheckStarted ? { onCheckStarted } : {}),
      ...(onCheckFinished ? { onCheckFinished } : {}),
    });
  } finally {
    await egress.close();
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function commitsOf(
  options: WorkingCopyOptions,
  temporary: string,
): Promise<{ gitDir: string; baseCommit: string; commit: string }> {
  const { repository, base, head, limits, hostEnvironment, signal } = options;
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
  const gitDir = await borrowRepository({
    from: source.gitDir,
    into: join(temporary, 'repository.git'),
    commit: current.baseCommit,
  });
  if (head !== 'worktree') return { gitDir, baseCommit: source.baseCommit, commit: current.baseCommit };
  const commit = await snapshotWorkTree({
    gitDir,
    workTree: source.location,
    parent: current.baseCommit,
    date: new Date(),
    timeoutMs: limits.gitMs,
    signal,
  });
  return { gitDir, baseCommit: source.baseCommit, commit };
}
