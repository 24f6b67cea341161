import type { UserEnvironment } from './git-environment.ts';

/** Where a run's code comes from and goes to, as found at one moment. */
export interface ResolvedSource {
  readonly kind: 'local' | 'remote';
  /** Absolute path of the repository (its work tree, or itself when bare), or its URL. */
  readonly location: string;
  /** Of a local source: the git directory all its work trees share. */
  readonly gitDir: string | null;
  /** Full name of the branch or tag the run starts from; null for a commit, or a detached HEAD. */
  readonly baseRef: string | null;
  readonly baseCommit: string;
  /** Short name of the branch HEAD is on; null when it is detached or unknown. */
  readonly defaultBranch: string | null;
  readonly warnings: readonly string[];
  /** The work tree of a local source that was left unseen (`skipWorkTree`); `changesWarning` looks at it. */
  readonly unseenWorkTree: WorkTreeOfSource | null;
}

/** The work tree of a local source, at the commit HEAD is at. */
export interface WorkTreeOfSource {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly top: string;
  readonly headCommit: string;
}

export interface ResolveSourceOptions {
  /** A path (absolute, or relative to `cwd`), a file:// URL, or a URL of a remote. */
  readonly repository: string;
  readonly cwd?: string;
  /** Branch, tag or commit; null: HEAD. */
  readonly base: string | null;
  /** For access to remotes, and for the user's own `safe.directory`. */
  readonly userEnvironment?: UserEnvironment;
  /** Do not look for uncommitted changes, which costs a walk over the work tree; there are no warnings about them then. */
  readonly skipWorkTree?: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type SourceLocation =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string }
  | { readonly kind: 'unsupported'; readonly detail: string };

const REMOTE_SCHEMES = ['https:', 'http:', 'ssh:', 'git:', 'git+ssh:', 'ssh+git:'];

/** Tells a path from a URL the way git does, and refuses what git would run a program for. */
export function parseLocation(repository: string): SourceLocation {
  if (repository === '' || repository.includes('\0')) return { kind: 'unsupported', detail: 'It is empty.' };
  if (repository.startsWith('file://'))
    return { kind: 'local', path: decodeURIComponent(new URL(repository).pathname) };
  if (/^[\w+-]+::/.test(repository)) {
    return { kind: 'unsupported', detail: 'Addresses of that form make git run a helper program.' };
  }
  const scheme = repository.match(/^([\w+.-]+):\/\//)?.[1];
  if (scheme !== undefined) {
    const isKnown = REMOTE_SCHEMES.includes(`${scheme.toLowerCase()}:`);
    return isKnown
      ? { kind: 'remote', url: repository }
      : { kind: 'unsupported', detail: `"${scheme}" is not known.` };
  }
  const isScpForm = /^[^/:\\-][^/:\\]*:(?!\\)/.test(repository) && !/^[A-Za-z]:[\\/]/.test(repository);
  return isScpForm ? { kind: 'remote', url: repository } : { kind: 'local', path: repository };
}
