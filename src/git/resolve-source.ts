import { runyardError } from '../domain/errors/runyard-error.ts';
import { resolveLocal } from './resolve-local.ts';
import { resolveRemote } from './resolve-remote.ts';
import { parseLocation, type ResolvedSource, type ResolveSourceOptions } from './source.ts';

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
