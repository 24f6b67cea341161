import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Manifest } from './manifest.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { invocationsOf } from './script.ts';

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManagerName = (typeof packageManagers)[number];

export interface PackageManager {
  readonly name: PackageManagerName;
  /** As `packageManager` of package.json asks for it, without its hash; null: any. */
  readonly version: string | null;
  readonly lockFile: string | null;
  readonly source: string;
  /** yarn 2 and newer. */
  readonly berry: boolean;
  /** Plug'n'Play: there is no node_modules, and only yarn can run what is installed. */
  readonly pnp: boolean;
}

const LOCK_FILES: readonly (readonly [string, PackageManagerName])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** `packageManager` decides, then the lock file, then what else only pnpm or bun has; a package.json without any means npm. */
export function detectPackageManager(files: RepositoryFiles, manifest: Manifest): PackageManager {
  const names = files.names.get('') ?? new Set();
  const asked = /^(npm|pnpm|yarn|bun)@(\d[\w.-]*)/.exec(manifest.packageManager ?? '');
  const askedName = packageManagers.find((name) => name === asked?.[1]);
  const lock = LOCK_FILES.find(
    ([file, name]) => names.has(file) && (askedName === undefined || name === askedName),
  );
  const unlocked = askedName || lock ? null : withoutLock(names, manifest);
  const name = askedName ?? lock?.[1] ?? unlocked?.name ?? 'npm';
  const version = asked?.[2] ?? null;
  const berry = name === 'yarn' && isBerry(version, files);
  return {
    name,
    version,
    lockFile: lock?.[0] ?? null,
    source: askedName ? 'package.json packageManager' : (lock?.[0] ?? unlocked?.source ?? 'package.json'),
    berry,
    pnp: berry && hasPlugAndPlay(files),
  };
}

const MOST_SCRIPTS = 500;

/** bun writes no lock file where there is nothing to install, and its tests and TypeScript need it all the same. */
function withoutLock(
  names: ReadonlySet<string>,
  { scripts }: Manifest,
): { name: PackageManagerName; source: string } | null {
  if (names.has('pnpm-workspace.yaml')) return { name: 'pnpm', source: 'pnpm-workspace.yaml' };
  if (names.has('bunfig.toml')) return { name: 'bun', source: 'bunfig.toml' };
  const calling = Object.keys(scripts)
    .slice(0, MOST_SCRIPTS)
    .find((name) => invocationsOf(scripts[name] ?? '').some(({ tool }) => tool === 'bun'));
  return calling === undefined ? null : { name: 'bun', source: `package.json scripts.${calling}` };
}

function isBerry(version: string | null, { names, texts }: RepositoryFiles): boolean {
  if (version !== null) return !/^[01]\./.test(version);
  const head = texts.get('yarn.lock')?.slice(0, HEAD_LENGTH) ?? '';
  if (/^__metadata:/m.test(head)) return true;
  return !head.includes('# yarn lockfile v1') && names.get('')?.has('.yarnrc.yml') === true;
}

/** Where lock files say which form they have. */
const HEAD_LENGTH = 400;

/** The newest major version that reads the lock file as it is; null: nothing says. */
export function majorOfLock({ name, lockFile }: PackageManager, { texts }: RepositoryFiles): string | null {
  if (name !== 'pnpm' || lockFile === null) return null;
  const form = /^lockfileVersion: '?(\d+)/m.exec(texts.get(lockFile)?.slice(0, HEAD_LENGTH) ?? '')?.[1];
  if (form === '5') return '7';
  return form === '6' ? '8' : null;
}

const settings = z.object({ nodeLinker: z.string() });

/** It is yarn's default; anything else is written down. */
function hasPlugAndPlay({ texts }: RepositoryFiles): boolean {
  const text = texts.get('.yarnrc.yml');
  const parsed = text === undefined ? null : settings.safeParse(yamlOf(text));
  return !parsed?.success || parsed.data.nodeLinker === 'pnp';
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 20 });
  } catch {
    // yarn itself will say so, at the installation.
    return null;
  }
}

/** How a script of package.json is run. */
export function runScript({ name }: { readonly name: PackageManagerName }, script: string): string[] {
  return script === 'test' && name !== 'bun' ? [name, 'test'] : [name, 'run', script];
}
