import { hasDependencies, type Manifest } from './manifest.ts';
import { majorOfLock, type PackageManager, type PackageManagerName } from './package-manager.ts';
import type { RepositoryFiles } from './repository-files.ts';

/** A package manager that is not on this machine and comes from the registry with the repository's packages. */
export interface BroughtManager {
  readonly packageName: string;
  readonly version: string;
  /** The program it has. */
  readonly program: PackageManagerName;
}

export interface Install {
  readonly argv: readonly [string, ...string[]];
  readonly source: string;
  /** Runs first, in the same place: makes what the program of `argv` lies in. */
  readonly prepares?: readonly [string, ...string[]];
  /** Installed first, beside the packages, where checks find it; absent: the machine has what `argv` names. */
  readonly brings?: BroughtManager;
}

/** null: there is nothing to install. */
export function installOf(
  manager: PackageManager,
  {
    files,
    manifest,
    isMonorepo,
    hasExecutable,
  }: {
    files: RepositoryFiles;
    manifest: Manifest;
    isMonorepo: boolean;
    hasExecutable: (name: string) => boolean;
  },
): Install | null {
  // Scripts that call bun need bun itself; those of the other managers run with npm as well.
  const isNeeded = hasDependencies(manifest) || isMonorepo;
  const isRuntime = manager.name === 'bun' && !hasExecutable('bun');
  if (!isNeeded && !isRuntime) return null;
  const locked = isNeeded ? manager : { ...manager, lockFile: null };
  const install = { argv: installArgv(locked), source: manager.lockFile ?? 'package.json' };
  return hasExecutable(manager.name) ? install : { ...install, brings: brought(manager, files) };
}

function installArgv({ name, lockFile, berry }: PackageManager): [string, ...string[]] {
  const locked = lockFile !== null;
  if (name === 'npm') return locked ? ['npm', 'ci'] : ['npm', 'install'];
  if (name === 'pnpm') return ['pnpm', 'install', locked ? '--frozen-lockfile' : '--no-frozen-lockfile'];
  if (name === 'bun') return locked ? ['bun', 'install', '--frozen-lockfile'] : ['bun', 'install'];
  if (berry) return ['yarn', 'install', locked ? '--immutable' : '--no-immutable'];
  return ['yarn', 'install', '--non-interactive', ...(locked ? ['--frozen-lockfile'] : [])];
}

const USUAL_VERSION: Readonly<Record<PackageManagerName, string>> = {
  npm: '11',
  pnpm: '10',
  yarn: '1',
  bun: '1',
};

function brought(manager: PackageManager, files: RepositoryFiles): BroughtManager {
  const { name, version, berry } = manager;
  return {
    packageName: berry ? '@yarnpkg/cli-dist' : name,
    version: version ?? majorOfLock(manager, files) ?? (berry ? '4' : USUAL_VERSION[name]),
    program: name,
  };
}
