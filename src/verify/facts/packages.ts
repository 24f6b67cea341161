import { join } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { closeNames } from '../../lib/closest.ts';
import type { Manifest } from '../detect/manifest.ts';
import { packageNameOf } from '../parse/specifier.ts';
import { foldersAbove, type Project } from './project.ts';
import { safeNames, safePath } from './words.ts';

const MOST_MANIFESTS = 60;
const MOST_NAMES = 4;

/** Whether a package is declared, which workspace has it, and which installed one has a similar name. */
export function packageFacts({ file, symbol }: Diagnostic, project: Project): string | null {
  const name = symbol === null ? null : (safeNames([packageNameOf(symbol)])[0] ?? null);
  if (name === null) return null;
  const manifests = manifestsOf(project);
  const owner = foldersAbove(file ?? '')
    .map((folder) => manifests.find((one) => one.folder === folder))
    .find(Boolean);
  const declared = owner ? groupOf(owner.manifest, name) : null;
  const where = owner ? join(owner.folder, 'package.json') : 'package.json';
  const facts: string[] = [];
  const workspace = manifests.find(({ manifest }) => manifest.name === name);
  if (workspace && workspace !== owner) {
    facts.push(
      `${name} is a workspace of this repository (${workspace.folder || 'its root'}); ${declared ? `${where} names it, but it is not linked` : `${where} does not name it as a dependency`}.`,
    );
  } else if (owner) {
    facts.push(
      declared
        ? `${where} has it in ${declared}, but it is not installed there.`
        : `${where} does not name ${name}.`,
    );
  }
  const others = manifests.filter((one) => one !== owner && groupOf(one.manifest, name) !== null);
  if (others.length > 0) {
    facts.push(
      `It is a dependency of ${others
        .slice(0, 3)
        .map(({ folder }) => folder || 'the root')
        .join(', ')}.`,
    );
  }
  const close = closeNames(name, installedNames(project, file), { most: MOST_NAMES }).filter(
    (other) => other !== name,
  );
  if (close.length > 0) facts.push(`Installed packages with a similar name: ${close.join(', ')}.`);
  return facts.length > 0 ? facts.join(' ') : null;
}

/** The scripts with a name close to one that does not exist. */
export function scriptFacts({ symbol, message }: Diagnostic, project: Project): string | null {
  if (!symbol || !/script/i.test(message)) return null;
  const scripts = safeNames(Object.keys(project.manifestAt('package.json')?.scripts ?? {}));
  if (scripts.length === 0) return 'package.json has no scripts.';
  return `package.json has these scripts: ${closeNames(symbol, scripts, { most: 8, withFar: true }).join(', ')}.`;
}

interface FoundManifest {
  /** '' is the root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

function manifestsOf(project: Project): FoundManifest[] {
  const paths = project.files.filter(
    (path) => /(?:^|\/)package\.json$/.test(path) && !path.includes('node_modules/'),
  );
  return paths.slice(0, MOST_MANIFESTS).flatMap((path) => {
    const manifest = project.manifestAt(path);
    const folder = path.slice(0, -'package.json'.length).replace(/\/$/, '');
    return manifest && (folder === '' || safePath(folder)) ? [{ folder, manifest }] : [];
  });
}

function groupOf(manifest: Manifest, name: string): string | null {
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
  return groups.find((group) => Object.hasOwn(manifest[group], name)) ?? null;
}

/** Packages that can be imported from a file, scoped ones with their scope. */
function installedNames(project: Project, file: string | null): string[] {
  const folders = foldersAbove(file ?? '').map((folder) => join(folder, 'node_modules'));
  const names = folders.flatMap((folder) =>
    project.namesIn(folder).flatMap((name) => {
      if (name.startsWith('.')) return [];
      return name.startsWith('@')
        ? project.namesIn(join(folder, name)).map((inner) => `${name}/${inner}`)
        : [name];
    }),
  );
  return safeNames(new Set(names));
}
