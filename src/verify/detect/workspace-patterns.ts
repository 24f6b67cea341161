import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { globMatcher } from './glob.ts';
import { parseJsonc } from './jsonc.ts';
import type { Manifest } from './manifest.ts';

export interface WorkspacePatterns {
  /** Globs of folders; with `!` in front: not these. */
  readonly patterns: readonly string[];
  readonly source: string;
}

const list = z.array(z.string().max(200)).max(200);
const inManifest = z.union([list, z.object({ packages: list }).transform(({ packages }) => packages)]);
const inFile = z.object({ packages: list });

/** Where a repository says which folders are its packages; null: it is no monorepo, as far as it says. */
export function workspacePatterns(
  manifest: Manifest | null,
  texts: ReadonlyMap<string, string>,
): WorkspacePatterns | null {
  const pnpm = inFile.safeParse(yamlOf(texts.get('pnpm-workspace.yaml')));
  if (pnpm.success) return { patterns: pnpm.data.packages, source: 'pnpm-workspace.yaml' };
  const own = inManifest.safeParse(manifest?.workspaces);
  if (own.success) return { patterns: own.data, source: 'package.json workspaces' };
  const lerna = inFile.safeParse(parseJsonc(texts.get('lerna.json') ?? ''));
  if (lerna.success) return { patterns: lerna.data.packages, source: 'lerna.json' };
  return null;
}

/** Folders with a package.json that the patterns mean, sorted. A later pattern overrules an earlier one. */
export function packageFolders(
  names: ReadonlyMap<string, ReadonlySet<string>>,
  patterns: readonly string[],
): string[] {
  const folders = [...names.keys()].filter(
    (folder) => folder !== '' && names.get(folder)?.has('package.json') && !IN_PACKAGES.test(folder),
  );
  const rules = patterns.map((pattern) => ({
    isException: pattern.startsWith('!'),
    matches: globMatcher(pattern.replace(/^!/, '')),
  }));
  return folders
    .slice(0, MOST_FOLDERS)
    .filter((folder) => isMeant(folder, rules))
    .sort();
}

const MOST_FOLDERS = 5000;
const IN_PACKAGES = /(?:^|\/)node_modules(?:\/|$)/;

interface Rule {
  readonly isException: boolean;
  readonly matches: (folder: string) => boolean;
}

function isMeant(folder: string, rules: readonly Rule[]): boolean {
  let meant = false;
  for (const { isException, matches } of rules) {
    if (isException === meant && matches(folder)) meant = !meant;
  }
  return meant;
}

function yamlOf(text: string | undefined): unknown {
  try {
    return text === undefined ? null : parseYaml(text, { maxAliasCount: 20 });
  } catch {
    // Its package manager will say so, at the installation.
    return null;
  }
}
