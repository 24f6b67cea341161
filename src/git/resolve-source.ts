import { runyardError } from '../domain/errors/runyard-error.ts';
import type { UserEnvironment } from './git-environment.ts';
import { resolveLocal } from './resolve-local.ts';
import { resolveRemote } from './resolve-remote.ts';
import { parseLocation, type ResolvedSource } from './source.ts';

export interface ResolveSourceOptions {
  /** A path (absolute, or relative to `cwd`), a file:// URL, or a URL of a remote. */
  readonly repository: string;
  readonly cwd?: string;
  /** Branch, tag or commit; null: HEAD. */
  readonly base: string | null;
  /** For access to remotes, and for the user's own `safe.directory`. */
  readonly userEnvironment?: UserEnvironment;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Finds the repository and the commit a run starts from. Nothing is written, and nothing the repository configures is run. */
export async function resolveSource(options: ResolveSourceOptions): Promise<ResolvedSource> {
  const location = parseLocation(options.repository);
  switch (location.kind) {
    case 'local':
      return resolveLocal(location.path, options);
    case 'remote':
      return resolveRemote(location.url, options);
    case 'unsupported': {
      const { detail } = location;
      throw runyardError('git.unsupported-location', { repository: options.repository, detail });
    }
  }
}
