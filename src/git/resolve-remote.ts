import { runyardError } from '../domain/errors/runyard-error.ts';
import { similarNames } from '../process/similar-names.ts';
import { type GitOptions, git, textOf } from './git.ts';

import type { ResolvedSource, ResolveSourceOptions } from './source.ts';

export async function resolveRemote(url: string, options: ResolveSourceOptions): Promise<ResolvedSource> {
  const remote = await listRemote(url, {
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    remoteAccess: options.userEnvironment ?? {},
  });
  return {
    kind: 'remote',
    location: url,
    gitDir: null,
    ...startOf(url, options.base, remote),
    defaultBranch: remote.head?.replace(/^refs\/heads\//, '') ?? null,
    warnings: /^[a-z+]+:\/\/[^/@]*:[^/@]+@/i.test(url) ? [PASSWORD_IN_URL] : [],
    unseenWorkTree: null,
  };
}

const PASSWORD_IN_URL =
  'The address holds a password, which other programs of this machine can see; a git credential helper keeps it safe.';

export interface RemoteRefs {
  /** The branch HEAD is on, full name; null when the remote does not say. */
  readonly head: string | null;
  /** Full name → commit; annotated tags are peeled. */
  readonly commits: ReadonlyMap<string, string>;
  /** Full name → object, tags not peeled. */
  readonly objects: ReadonlyMap<string, string>;
}

/** All refs of a remote, or those that match `patterns`. */
export async function listRemote(
  url: string,
  options: Pick<GitOptions, 'timeoutMs' | 'signal' | 'remoteAccess'>,
  patterns: readonly string[] = [],
): Promise<RemoteRefs> {
  const args = ['ls-remote', '--symref', '--quiet', '--', url, ...patterns];
  const lines = textOf(await git(args, { ...options, cwd: '/', subject: url })).split('\n');
  const commits = new Map<string, string>();
  const objects = new Map<string, string>();
  let head: string | null = null;
  for (const line of lines) {
    const [value = '', name = ''] = line.split('\t');
    if (value.startsWith('ref: ') && name === 'HEAD') head = value.slice('ref: '.length);
    else if (name.endsWith('^{}')) commits.set(name.slice(0, -'^{}'.length), value);
    else if (name !== '') {
      commits.set(name, value);
      objects.set(name, value);
    }
  }
  return { head, commits, objects };
}

function startOf(url: string, base: string | null, { head, commits }: RemoteRefs) {
  if (commits.size === 0) throw runyardError('git.empty-repository', { repository: url });
  const candidates =
    base === null
      ? [head ?? 'HEAD', 'HEAD']
      : [base, `refs/heads/${base}`, `refs/tags/${base}`, `refs/${base}`];
  for (const name of candidates) {
    const commit = commits.get(name);
    if (commit !== undefined) return { baseCommit: commit, baseRef: name.startsWith('refs/') ? name : null };
  }
  // A commit can only be asked for by its full name; whether it is there, the fetch will tell.
  if (base !== null && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(base)) return { baseCommit: base, baseRef: null };
  const names = [...commits.keys()].map((name) => name.replace(/^refs\/(heads|tags)\//, ''));
  const branch = base ?? 'HEAD';
  throw runyardError('git.missing-branch', {
    repository: url,
    branch,
    suggestions: similarNames(branch, names),
  });
}
