import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { withFolderLock } from './folder-lock.ts';
import { git, isGitError } from './git.ts';
import type { UserEnvironment } from './git-environment.ts';
import { copyShallow, readLooseRef, writeRepository } from './repository-layout.ts';
import type { ResolvedSource } from './source.ts';

export interface EnsureMirrorOptions {
  readonly mirrorsDir: string;
  readonly source: ResolvedSource;
  /** For the fetch, and for waiting while another process fetches. */
  readonly timeoutMs: number;
  readonly userEnvironment?: UserEnvironment;
  readonly signal?: AbortSignal;
}

export interface Mirror {
  readonly mirrorDir: string;
  readonly baseCommit: string;
}

/**
 * A bare repository of ours with everything the base commit needs. Fetched once per base commit: a ref says that it is complete, and
 * when that is there nothing is started at all.
 */
export async function ensureMirror(options: EnsureMirrorOptions): Promise<Mirror> {
  const { mirrorsDir, source, timeoutMs } = options;
  const { baseCommit } = source;
  const mirrorDir = join(mirrorsDir, mirrorName(source));
  const mirror = { mirrorDir, baseCommit };
  markUsed(mirrorDir);
  if (hasBase(mirror)) return mirror;
  mkdirSync(mirrorsDir, { recursive: true });
  await withFolderLock(`${mirrorDir}.lock`, timeoutMs, async () => {
    if (hasBase(mirror)) return;
    makeMirror(mirrorsDir, mirror);
    await (source.kind === 'local' ? fetchLocal(mirror, options) : fetchRemote(mirror, options));
  });
  return mirror;
}

/** The mirror of a source as far as it is on this machine and complete for a commit; the source is not asked. Null when it is not. */
export function knownMirror(
  mirrorsDir: string,
  { location, baseCommit }: Pick<ResolvedSource, 'location' | 'baseCommit'>,
): string | null {
  const mirrorDir = join(mirrorsDir, mirrorName({ location }));
  return hasBase({ mirrorDir, baseCommit }) ? mirrorDir : null;
}

/** `<name>-<hash of the location>.git`: readable, and one per source. */
export function mirrorName({ location }: Pick<ResolvedSource, 'location'>): string {
  const hash = createHash('sha256').update(location).digest('hex').slice(0, 16);
  const name = basename(location.replace(/\/+$/, ''), '.git').replaceAll(/[^\w.-]+/g, '-');
  return `${name.slice(0, 40) || 'repository'}-${hash}.git`;
}

/** Retention goes by it. Before it is looked into, so that one that is being removed is not taken for there. */
function markUsed(mirrorDir: string): void {
  const now = new Date();
  try {
    utimesSync(mirrorDir, now, now);
  } catch {
    // Not there yet, or another user's.
  }
}

function baseRefOf(commit: string): string {
  return `refs/runyard/base/${commit}`;
}

function hasBase({ mirrorDir, baseCommit }: Mirror): boolean {
  return readLooseRef(mirrorDir, baseRefOf(baseCommit)) === baseCommit;
}

function makeMirror(mirrorsDir: string, { mirrorDir, baseCommit }: Mirror): void {
  if (existsSync(join(mirrorDir, 'HEAD'))) return;
  const draft = mkdtempSync(join(mirrorsDir, '.draft-'));
  writeRepository({ gitDir: draft, bare: true, head: 'ref: refs/heads/none', exampleCommit: baseCommit });
  rmSync(mirrorDir, { recursive: true, force: true });
  renameSync(draft, mirrorDir);
}

const FETCH = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
];

/**
 * Fetches through a git directory of our own that borrows the source's objects: the source's configuration, hooks and owner play no
 * part, and any commit can be named.
 */
async function fetchLocal({ mirrorDir, baseCommit }: Mirror, options: EnsureMirrorOptions): Promise<void> {
  const { source, timeoutMs, signal } = options;
  const sourceGitDir = source.gitDir ?? join(source.location, '.git');
  await withBorrowedRepository({ from: sourceGitDir, head: baseCommit }, async (view) => {
    const args = [...FETCH, '--update-shallow', '--', view, `${baseCommit}:${baseRefOf(baseCommit)}`];
    await git(args, { gitDir: mirrorDir, timeoutMs, signal, subject: source.location });
  });
  copyShallow(sourceGitDir, mirrorDir);
}

/** By commit where the server allows that, else by the name it had a moment ago. */
async function fetchRemote({ mirrorDir, baseCommit }: Mirror, options: EnsureMirrorOptions): Promise<void> {
  const { source, timeoutMs, signal, userEnvironment = {} } = options;
  const { location, baseRef } = source;
  const access = { gitDir: mirrorDir, timeoutMs, signal, subject: location, remoteAccess: userEnvironment };
  try {
    await git([...FETCH, '--', location, `${baseCommit}:${baseRefOf(baseCommit)}`], access);
  } catch (error) {
    if (!isGitError(error, 'git.failed') || baseRef === null) throw error;
    await git([...FETCH, '--', location, `+${baseRef}:refs/runyard/fetched/${baseCommit}`], access);
    await keepBase({ mirrorDir, baseCommit }, options);
  }
}

async function keepBase(
  { mirrorDir, baseCommit }: Mirror,
  { source, timeoutMs }: EnsureMirrorOptions,
): Promise<void> {
  try {
    await git(['update-ref', baseRefOf(baseCommit), baseCommit], { gitDir: mirrorDir, timeoutMs });
  } catch (error) {
    const detail =
      'The commit the run should start from is not there any more: the branch was moved meanwhile.';
    throw runyardError('git.bad-state', { repository: source.location, detail }, error);
  }
}
