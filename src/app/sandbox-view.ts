import path from 'node:path';
import type { Config } from '../config/schema.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import { parseLocation } from '../git/source.ts';
import { userPath } from '../process/child-environment.ts';
import { toolFolders } from '../process/tool-folders.ts';
import { installRoot } from './install-root.ts';

export interface SandboxViewOptions {
  readonly config: Pick<Config, 'sandbox'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sandbox: { readonly mode: SandboxMode };
  readonly dataDir: string;
  /** The run's source, as written. */
  readonly repository: string;
}

/**
 * What agents and checks see of the host. Hidden: the data folder, the user's home, and the source itself, whose configuration may
 * hold a token. Shown all the same: Runyard (the built-in agent and the bridge live in it), the user's tool chains, and what the
 * operator adds.
 */
export function sandboxView({ config, env, sandbox, dataDir, repository }: SandboxViewOptions) {
  const home = env['HOME'];
  const source = parseLocation(repository);
  const sourcePath = source.kind === 'local' ? path.resolve(source.path) : null;
  const hidesRunyard = sourcePath !== null && isInside(installRoot, sourcePath);
  return {
    mode: sandbox.mode,
    readable: [
      installRoot,
      ...(home ? toolFolders(userPath(env['PATH']), home) : []),
      ...config.sandbox.readable,
    ],
    masked: [
      dataDir,
      ...(home && home !== '/' ? [home] : []),
      ...(sourcePath && !hidesRunyard ? [sourcePath] : []),
    ],
  };
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
