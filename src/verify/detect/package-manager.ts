import { hasDependencies, type Manifest } from './manifest.ts';
import type { RepositoryFiles } from './repository-files.ts';

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManagerName = (typeof packageManagers)[number];

export interface PackageManager {
  readonly name: PackageManagerName;
  /** As `packageManager` of package.json asks for it, without its hash; null: any. */
  readonly version: string | null;
  readonly lockFile: string | null;
  readonly source: string;
}

const LOCK_FILES: readonly (readonly [string, PackageManagerName])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** `packageManager` decides, then the lock file; a package.json without either means npm. */
export function detectPackageManager(files: RepositoryFiles, manifest: Manifest): PackageManager {
  const asked = /^(npm|pnpm|yarn|bun)@(\d[^+\s]*)/.exec(manifest.packageManager ?? '');
  const askedName = packageManagers.find((name) => name === asked?.[1]);
  if (askedName) {
    const lock = LOCK_FILES.find(([file, name]) => name === askedName && files.names.includes(file));
    return {
      name: askedName,
      version: asked?.[2] ?? null,
      lockFile: lock?.[0] ?? null,
      source: 'package.json packageManager',
    };
  }
  const found = LOCK_FILES.find(([file]) => files.names.includes(file));
  if (found) return { name: found[1], version: null, lockFile: found[0], source: found[0] };
  return { name: 'npm', version: null, lockFile: null, source: 'package.json' };
}

export interface Install {
  readonly argv: readonly [string, ...string[]];
  readonly source: string;
}

/** null: there is nothing to install. */
export function installOf(
  manager: PackageManager,
  {
    files,
    manifest,
    hasExecutable,
  }: { files: RepositoryFiles; manifest: Manifest; hasExecutable: (name: string) => boolean },
): Install | null {
  if (!hasDependencies(manifest)) return null;
  const own = installArgv(manager, isBerry(manager, files));
  const argv = hasExecutable(manager.name)
    ? own
    : throughNpm(manager, { own, berry: isBerry(manager, files) });
  return { argv, source: manager.lockFile ?? 'package.json' };
}

function installArgv({ name, lockFile }: PackageManager, berry: boolean): [string, ...string[]] {
  const locked = lockFile !== null;
  if (name === 'npm') return locked ? ['npm', 'ci'] : ['npm', 'install'];
  if (name === 'pnpm') return ['pnpm', 'install', locked ? '--frozen-lockfile' : '--no-frozen-lockfile'];
  if (name === 'bun') return locked ? ['bun', 'install', '--frozen-lockfile'] : ['bun', 'install'];
  if (berry) return ['yarn', 'install', locked ? '--immutable' : '--no-immutable'];
  return ['yarn', 'install', '--non-interactive', ...(locked ? ['--frozen-lockfile'] : [])];
}

function isBerry({ name, version }: PackageManager, files: RepositoryFiles): boolean {
  if (name !== 'yarn') return false;
  return files.names.includes('.yarnrc.yml') || (version !== null && !version.startsWith('1.'));
}

/** A manager that is not installed here still comes from the registry, as npm brings it. */
function throughNpm(
  { name, version }: PackageManager,
  { own, berry }: { own: readonly [string, ...string[]]; berry: boolean },
): [string, ...string[]] {
  const packageName = name === 'yarn' && berry ? '@yarnpkg/cli-dist' : name;
  const fallback: Record<PackageManagerName, string> = {
    npm: '11',
    pnpm: '10',
    yarn: berry ? '4' : '1',
    bun: '1',
  };
  return ['npm', 'exec', '--yes', `--package=${packageName}@${version ?? fallback[name]}`, '--', ...own];
}

/** How a script of package.json is run. Without its manager, npm runs scripts the same way. */
export function runScript(
  manager: PackageManager,
  script: string,
  hasExecutable: (name: string) => boolean,
): string[] {
  const name = hasExecutable(manager.name) ? manager.name : 'npm';
  return script === 'test' && name !== 'bun' ? [name, 'test'] : [name, 'run', script];
}
