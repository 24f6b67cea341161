import { sep } from 'node:path';

export type MountKind = 'masked' | 'readable' | 'writable';

/** What the child sees at `at`: the host's `source` (read-only or not), or nothing. */
export interface Mount {
  readonly kind: MountKind;
  readonly at: string;
  readonly source: string;
  /** A masked file becomes an empty file, a masked folder an empty folder. */
  readonly isFolder: boolean;
}

export interface MountRequest {
  readonly kind: MountKind;
  readonly path: string;
}

/** What the file system says of a path: where it really is. null: it is not there. */
export type Inspect = (path: string) => { readonly real: string; readonly isFolder: boolean } | null;

/**
 * Orders mounts so that the more specific path wins, whatever its kind: parents come first, and at one and the same path
 * writable beats readable beats masked. Paths that are not there are left out: there is nothing to bind or to hide.
 */
export function planMounts(requests: readonly MountRequest[], inspect: Inspect): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const request of [...requests].sort((a, b) => RANK[a.kind] - RANK[b.kind])) {
    const found = inspect(request.path);
    if (found === null || found.real === sep) continue;
    const { real: source, isFolder } = found;
    mounts.set(source, { kind: request.kind, at: source, source, isFolder });
  }
  const planned = [...mounts.values(), ...aliases(requests, [...mounts.values()], inspect)];
  return planned.sort((a, b) => depth(a.at) - depth(b.at));
}

const RANK: Readonly<Record<MountKind, number>> = { masked: 0, readable: 1, writable: 2 };

/** A path through a symbolic link that itself lies under a mask leads nowhere inside; it is bound at its given place as well. */
function aliases(requests: readonly MountRequest[], mounts: readonly Mount[], inspect: Inspect): Mount[] {
  return requests.flatMap(({ kind, path }) => {
    const found = inspect(path);
    if (found === null || found.real === path || kind === 'masked' || !isUnderMask(path, mounts)) return [];
    return [{ kind, at: path, source: found.real, isFolder: found.isFolder }];
  });
}

function isUnderMask(path: string, mounts: readonly Mount[]): boolean {
  const covering = mounts.filter((mount) => path.startsWith(mount.at + sep));
  const closest = covering.sort((a, b) => depth(b.at) - depth(a.at))[0];
  return closest?.kind === 'masked';
}

function depth(path: string): number {
  return path.split(sep).filter((part) => part !== '').length;
}
