import { parseJsonc } from '../../detect/jsonc.ts';
import { parseManifest } from '../../detect/manifest.ts';
import { linesOf } from '../lines.ts';
import type { Change, ChangedItem } from '../types.ts';

/** A package that package.json names and did not name before. */
export interface NewPackage {
  readonly name: string;
  readonly range: string;
  /** The manifest that names it. */
  readonly file: string;
  readonly line: number | null;
  /** A package of this name was there; where it comes from is new. */
  readonly isMoved: boolean;
}

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** What a change adds to the package.json files of a repository, workspaces included. */
export function newPackages({ items }: Change): NewPackage[] {
  const manifests = items.filter((item) => isManifest(item) && item.after !== null);
  const before = new Map(manifests.flatMap((item) => [...packagesOf(item.before)]));
  const own = new Set(manifests.flatMap((item) => nameOf(item.after)));
  return manifests.flatMap((item) =>
    [...packagesOf(item.after)].flatMap(([name, range]) => {
      const old = packagesOf(item.before).get(name) ?? before.get(name);
      if (old === range || own.has(name) || /^workspace:|^(?:link|portal):/.test(range)) return [];
      if (old !== undefined && (isForeign(old) || !isForeign(range))) return [];
      const line = linesOf(item.after).find(({ text }) => text.startsWith(`"${name}"`))?.line ?? null;
      return [{ name, range, file: item.path, line, isMoved: old !== undefined }];
    }),
  );
}

/** Names that the repository used before: what looks like one of them may be meant to. */
export function knownPackages({ items }: Change): Set<string> {
  return new Set(
    items.filter((item) => isManifest(item)).flatMap((item) => [...packagesOf(item.before).keys()]),
  );
}

/** From anywhere but a registry. */
export function isForeign(range: string): boolean {
  return /^(?:git|git\+\w+|github|gitlab|bitbucket|gist|https?|file|ssh):|^[\w.-]+\/[\w.-]+(?:#.*)?$|\.git(?:#.*)?$|^\.{0,2}\//.test(
    range,
  );
}

function isManifest({ path, form }: ChangedItem): boolean {
  return (
    form === 'file' &&
    /(?:^|\/)package\.json$/.test(path) &&
    !/(?:^|\/)(?:node_modules|fixtures?|__fixtures__|testdata|templates?|examples?)\//.test(path)
  );
}

function packagesOf(text: string | null): ReadonlyMap<string, string> {
  const data = text === null ? null : parseJsonc(text);
  if (data === null) return new Map();
  const parsed = parseManifest(JSON.stringify(data));
  if (parsed.kind !== 'manifest') return new Map();
  return new Map(GROUPS.toReversed().flatMap((group) => Object.entries(parsed.manifest[group])));
}

function nameOf(text: string | null): string[] {
  const data = text === null ? null : parseJsonc(text);
  return data !== null && typeof data === 'object' && 'name' in data && typeof data.name === 'string'
    ? [data.name]
    : [];
}
