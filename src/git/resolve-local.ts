import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { similarNames } from '../process/similar-names.ts';
import { type GitOptions, git, textOf } from './git.ts';
import type { ResolvedSource, ResolveSourceOptions } from './source.ts';
import { changesWarning } from './uncommitted-changes.ts';

export async function resolveLocal(path: string, options: ResolveSourceOptions): Promise<ResolvedSource> {
  const folder = realFolder(resolve(options.cwd ?? '/', path), path);
  const found = await discover(folder, options);
  const { timeoutMs, signal, base } = options;
  const inside = { gitDir: found.gitDir, foreign: true, timeoutMs, signal, subject: folder };
  const head = await headBranch(inside);
  const { headCommit } = found;
  const workTree =
    headCommit === null || found.top === null ? null : { ...found, top: found.top, headCommit };
  const skip = options.skipWorkTree === true;
  const [start, warning] = await Promise.all([
    resolveBase({ base, head, headCommit }, inside),
    workTree === null || skip ? null : changesWarning(workTree, options),
  ]);
  const isDetached = head === null && base === null;
  return {
    kind: 'local',
    location: found.top ?? found.commonDir,
    gitDir: found.commonDir,
    ...start,
    defaultBranch: head === null ? null : shortName(head),
    warnings: [
      ...(warning === null ? [] : [warning]),
      ...warningsFor({ isDetached, folder, top: found.top }),
    ],
    unseenWorkTree: skip ? workTree : null,
  };
}

function realFolder(folder: string, given: string): string {
  try {
    return realpathSync(folder);
  } catch {
    throw runyardError('git.not-a-repository', { repository: given, detail: 'There is no such folder.' });
  }
}

interface Discovered {
  readonly gitDir: string;
  /** Shared by all work trees of the repository. */
  readonly commonDir: string;
  /** Where the work tree begins; null when there is none. */
  readonly top: string | null;
  /** null before the first commit. */
  readonly headCommit: string | null;
}

/**
 * The only command that lets git look for the repository itself: git also checks here whose repository it is. It names HEAD's commit on the
 * way, because every process counts for the start of a run.
 */
async function discover(folder: string, options: ResolveSourceOptions): Promise<Discovered> {
  const questions = ['--is-inside-work-tree', '--git-dir', '--git-common-dir', '--show-cdup'];
  const output = await git(['rev-parse', '--path-format=absolute', ...questions, ...HEAD_COMMIT], {
    answers: [1],
    cwd: folder,
    subject: folder,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    remoteAccess: options.userEnvironment,
  });
  const [isInside, ...lines] = textOf(output).slice(0, -1).split('\n');
  const headCommit = output.exitCode === 0 ? (lines.pop() ?? null) : null;
  const top = isInside === 'true' ? resolve(folder, lines.pop() ?? '') : null;
  // The two folders share their beginning, so newlines in it (odd, but legal) stand in both halves.
  const half = Math.floor(lines.length / 2);
  const gitDir = lines.slice(0, half).join('\n');
  return { gitDir, commonDir: lines.slice(half, 2 * half).join('\n'), top, headCommit };
}

const HEAD_COMMIT = ['--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'];

/** Full name of the branch HEAD is on, also of one without a commit yet; null when HEAD is detached. */
async function headBranch(inside: GitOptions & { readonly gitDir: string }): Promise<string | null> {
  const head = readFileSync(join(inside.gitDir, 'HEAD'), 'utf8').trim();
  // Repositories with the newer ref storage keep a fixed text there.
  if (!head.endsWith('/.invalid')) return head.startsWith('ref: ') ? head.slice('ref: '.length) : null;
  const output = await git(['symbolic-ref', '--quiet', 'HEAD'], { ...inside, answers: [1] });
  return output.exitCode === 0 ? textOf(output).trim() : null;
}

interface Heads {
  readonly base: string | null;
  readonly head: string | null;
  readonly headCommit: string | null;
}

async function resolveBase({ base, head, headCommit }: Heads, inside: GitOptions) {
  if (base === null && headCommit !== null) return { baseCommit: headCommit, baseRef: head };
  const baseCommit = base === null ? null : await commitOf(base, inside);
  if (base !== null && baseCommit !== null) return { baseCommit, baseRef: await fullName(base, inside) };
  const repository = inside.subject ?? '';
  const names = await refNames(inside);
  if (names.length === 0) throw runyardError('git.empty-repository', { repository });
  const branch = base ?? shortName(head ?? 'HEAD');
  throw runyardError('git.missing-branch', { repository, branch, suggestions: similarNames(branch, names) });
}

async function commitOf(revision: string, inside: GitOptions): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const output = await git(args, { ...inside, answers: [1, 128] });
  return output.exitCode === 0 ? textOf(output).trim() : null;
}

async function fullName(revision: string, inside: GitOptions): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--symbolic-full-name', '--end-of-options', revision];
  const name = textOf(await git(args, { ...inside, answers: [1, 128] })).trim();
  return name.startsWith('refs/') ? name : null;
}

async function refNames(inside: GitOptions): Promise<string[]> {
  const output = await git(['for-each-ref', '--count=2000', '--format=%(refname:short)'], inside);
  return textOf(output).split('\n').filter(Boolean);
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

interface Circumstances {
  readonly isDetached: boolean;
  readonly folder: string;
  readonly top: string | null;
}

function warningsFor({ isDetached, folder, top }: Circumstances): string[] {
  const warnings: string[] = [];
  if (isDetached) warnings.push('HEAD is detached in the source; the run starts from the commit it is at.');
  if (top !== null && top !== folder)
    warnings.push(`${folder} is a folder in the repository ${top}; the run gets all of it.`);
  return warnings;
}
