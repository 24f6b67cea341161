import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packageManagers } from '../detect/package-manager.ts';
import { readSmallFile } from '../detect/repository-files.ts';
import { environmentFolder } from '../detect/requirement-files.ts';

/** What an installation depends on: files of the checkout, and the folders that hold a package.json. */
export interface InstallInputs {
  readonly files: readonly { readonly path: string; readonly hash: string }[];
  /** Manifests, reduced to what managers read, so that a changed script makes no new layer. */
  readonly manifests: readonly { readonly path: string; readonly text: string }[];
  /** The whole checkout is needed: a dependency is a path in it, or the command is the repository's own. */
  readonly needsSources: boolean;
}

const ROOT_FILES =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.npmrc|\.yarnrc|\.yarnrc\.yml|pnpm-workspace\.yaml|\.pnpmfile\.c?js|bunfig\.toml)$/;
const ROOT_FOLDERS = ['.yarn/releases', '.yarn/plugins', '.yarn/patches', 'patches'];
const SKIPPED = new Set(['node_modules', '.git', environmentFolder]);
const MOST_FILES = 50_000;

/** Reads a checkout without following links. */
export async function readInstallInputs(checkout: string, argv: readonly string[]): Promise<InstallInputs> {
  const all = await listFiles(checkout);
  const manifestPaths = all.filter((path) => /(?:^|\/)package\.json$/.test(path));
  const manifests: { path: string; text: string }[] = [];
  let hasLocal = false;
  const programs = new Set<string>();
  for (const path of manifestPaths) {
    const reduced = reduceManifest((await readSmallFile(join(checkout, path))) ?? '{}');
    hasLocal ||= reduced.hasLocal;
    for (const program of reduced.programs) programs.add(posix.join(posix.dirname(path), program));
    manifests.push({ path, text: reduced.text });
  }
  const isPython = argv[0]?.startsWith(`${environmentFolder}/`) === true;
  const isManager = isPython || packageManagers.some((name) => name === argv[0]);
  const isInput = isPython ? isPythonInput : isNodeInput;
  const needsSources = hasLocal || !isManager;
  const wanted = all.filter(
    (path) => !manifestPaths.includes(path) && (needsSources || isInput(path) || programs.has(path)),
  );
  const files: { path: string; hash: string }[] = [];
  for (const path of wanted) files.push({ path, hash: await hashFile(join(checkout, path)) });
  return { files, manifests, needsSources };
}

/** Makes the folder the installation runs in. */
export async function writeInstallInputs(
  checkout: string,
  inputs: InstallInputs,
  into: string,
): Promise<void> {
  for (const { path } of inputs.files) {
    await mkdir(dirname(join(into, path)), { recursive: true });
    await cp(join(checkout, path), join(into, path), { verbatimSymlinks: true });
  }
  for (const { path, text } of inputs.manifests) {
    await mkdir(dirname(join(into, path)), { recursive: true });
    await writeFile(join(into, path), text);
  }
}

/** Requirements may name each other, and constraints. */
function isPythonInput(path: string): boolean {
  return /^(?:requirements\/)?[\w.-]+\.(?:txt|in)$/.test(path);
}

function isNodeInput(path: string): boolean {
  return ROOT_FILES.test(path) || ROOT_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

async function listFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  const pending = [''];
  while (pending.length > 0 && files.length < MOST_FILES) {
    const folder = pending.pop() ?? '';
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) pending.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files.sort();
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  if ((await lstat(file)).isFile()) await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const READ_BY_MANAGERS = new Set([
  'name',
  'version',
  'private',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'workspaces',
  'overrides',
  'resolutions',
  'pnpm',
  'packageManager',
  'devEngines',
  'engines',
  'os',
  'cpu',
  'libc',
  'bin',
  'trustedDependencies',
  'allowScripts',
  'installConfig',
  'catalog',
  'catalogs',
]);

interface ReducedManifest {
  readonly text: string;
  readonly hasLocal: boolean;
  /** Files it names as programs: a manager links those of a workspace only where they are. */
  readonly programs: readonly string[];
}

/** Scripts of the repository itself are left out: they run later, in the checkout, where they cannot touch the shared layer. */
function reduceManifest(text: string): ReducedManifest {
  const parsed = parse(text);
  if (!parsed) return { text, hasLocal: false, programs: [] };
  const kept = Object.entries(parsed).filter(([key]) => READ_BY_MANAGERS.has(key));
  const reduced = JSON.stringify(Object.fromEntries(kept), null, 2);
  const bin = parsed['bin'];
  const programs = typeof bin === 'object' && bin !== null ? Object.values(bin) : [bin];
  const hasLocal = /"(?:file|link|portal):|:\s*"\.{1,2}\//.test(reduced);
  return { text: `${reduced}\n`, hasLocal, programs: programs.filter((path) => typeof path === 'string') };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? { ...value } : null;
  } catch {
    return null;
  }
}
