import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.ts';
import { privateInLocalFolders } from './local-folders.ts';
import type { SandboxPrograms } from './sandbox-argv.ts';
import type { Inspect } from './sandbox-mounts.ts';

/** Places that hold other people's files, sockets and secrets. Whatever a child needs from there is bound back on purpose. */
const PRIVATE_PLACES = ['/home', '/root', '/tmp', '/run', '/var/run', '/var/tmp', '/mnt', '/media', '/srv'];

/** On NixOS the system's programs are reached through a link under /run. */
const SYSTEM_UNDER_PRIVATE = ['/run/current-system'];

/**
 * Settings of the kernel. The owner of these files is the host's root, which a child of root still is: writable, they would be a way
 * out (/proc/sys/kernel/core_pattern names a program the kernel runs). The bind also keeps a nested sandbox from mounting a new /proc.
 */
const KERNEL_SETTINGS = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi'].map(
  (name) => `/proc/${name}`,
);

/** Where /etc/resolv.conf leads on systems with a local resolver; needed only with the host's network. */
const RESOLVER_UNDER_PRIVATE = ['/run/systemd/resolve', '/run/resolvconf', '/run/NetworkManager'];

/** Everything that is hidden on this host whatever the policy says. */
export function hostMasks(): string[] {
  return [...PRIVATE_PLACES, userInfo().homedir, ...rootOnlyPaths()];
}

/** Everything that is read-only on this host whatever the policy says. */
export function hostReadable(network: 'none' | 'host'): string[] {
  const always = [...KERNEL_SETTINGS, ...SYSTEM_UNDER_PRIVATE];
  return network === 'host' ? [...always, ...RESOLVER_UNDER_PRIVATE] : always;
}

/** A program that is not found stands as its bare name: starting it then fails with a clear error. */
export function sandboxPrograms(): SandboxPrograms {
  return {
    bwrap: findExecutable('bwrap') ?? 'bwrap',
    setpriv: findExecutable('setpriv') ?? 'setpriv',
    unshare: findExecutable('unshare') ?? 'unshare',
    sh: findExecutable('sh') ?? '/bin/sh',
    node: process.execPath,
    bridgeScript: fileURLToPath(new URL('./bridge.mjs', import.meta.url)),
  };
}

export const inspectPath: Inspect = (path) => {
  try {
    const real = realpathSync(path);
    return { real, isFolder: statSync(real).isDirectory() };
  } catch {
    return null;
  }
};

interface Scan {
  readonly folder: string;
  readonly depth: number;
  /** Where there are very many files, private ones lie in private folders. */
  readonly files: boolean;
}

const PLACES_OF_SECRETS: readonly Scan[] = [
  { folder: '/etc', depth: 3, files: true },
  { folder: '/var/lib', depth: 3, files: false },
  { folder: '/var/log', depth: 2, files: true },
  { folder: '/var/cache', depth: 2, files: true },
  { folder: '/var/spool', depth: 2, files: true },
  { folder: '/var/backups', depth: 1, files: true },
  { folder: '/boot', depth: 1, files: true },
];

let rootOnly: readonly string[] | undefined;

/**
 * A child of root still reads as root whatever uid its sandbox shows. So everything an ordinary user could not read in the places
 * where systems keep secrets is hidden from it. Read once per process: it takes some milliseconds and hardly ever changes.
 */
function rootOnlyPaths(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  rootOnly ??= [...PLACES_OF_SECRETS.flatMap(unreadableForOthers), ...privateInLocalFolders()];
  return rootOnly;
}

const OTHERS_READ = 0o004;

function unreadableForOthers({ folder, depth, files }: Scan): string[] {
  return entriesOf(folder).flatMap((entry) => {
    if (!entry.isDirectory() && !(files && entry.isFile())) return [];
    const path = join(folder, entry.name);
    const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) return [];
    if ((mode & OTHERS_READ) === 0) return [path];
    return entry.isDirectory() && depth > 1
      ? unreadableForOthers({ folder: path, depth: depth - 1, files })
      : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Whether `path` is `folder` or lies in it. Both absolute and without links. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
