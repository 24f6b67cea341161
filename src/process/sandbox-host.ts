import { realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.ts';
import { rootOnlyPaths } from './root-only-paths.ts';
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

/** Whether `path` is `folder` or lies in it. Both absolute and without links. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
