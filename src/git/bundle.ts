import { rmSync } from 'node:fs';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { git } from './git.ts';
import { writeRef } from './repository-layout.ts';

export interface BundleOptions {
  /** A git directory of ours: `host.git` or a mirror. */
  readonly gitDir: string;
  /** Everything up to here is expected to be at the other end. */
  readonly base: string;
  readonly commit: string;
  readonly file: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A bundle holds its commit under this name. */
export function bundleRef(commit: string): string {
  return `refs/runyard/bundle/${commit}`;
}

/** Writes the commits after `base` up to `commit` into one file. */
export async function createBundle({
  gitDir,
  base,
  commit,
  file,
  timeoutMs,
  signal,
}: BundleOptions): Promise<void> {
  if (base === commit) {
    throw runyardError('git.bad-state', {
      repository: gitDir,
      detail: 'There is no commit after the base to put into a bundle.',
    });
  }
  writeRef(gitDir, bundleRef(commit), commit);
  rmSync(file, { force: true });
  await git(['bundle', 'create', '--quiet', file, bundleRef(commit), `^${base}`], {
    gitDir,
    timeoutMs,
    signal,
  });
}

export interface ImportBundleOptions {
  readonly gitDir: string;
  readonly file: string;
  readonly commit: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Takes a bundle's objects over and checks them: each one, and that nothing they need is missing. */
export async function importBundle({
  gitDir,
  file,
  commit,
  timeoutMs,
  signal,
}: ImportBundleOptions): Promise<void> {
  const name = bundleRef(commit);
  const checked = ['-c', 'fetch.fsckObjects=true'];
  const fetch = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-recurse-submodules',
  ];
  const args = [...checked, ...fetch, '--', file, `${name}:${name}`];
  await git(args, { gitDir, timeoutMs, signal, subject: file });
}
