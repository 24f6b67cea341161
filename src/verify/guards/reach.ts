import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { parseManifest } from '../detect/manifest.ts';
import { isConfiguration, isLockFile, isScript, isSource, isTestFile } from './paths.ts';
import type { ChangedItem, TestReach } from './types.ts';

/** The files of the change's commit. */
export interface ReachTree {
  readonly paths: ReadonlySet<string>;
  readonly readTexts: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const MOST_FILES = 400;
const MOST_LEVELS = 10;
const MOST_MANIFESTS = 50;
/** A test, what it imports, and what that imports. */
const NEAR = 2;

/**
 * Whether changed tests of JavaScript reach what else changed through what they import. Tests of which that cannot be told for sure are left
 * out: those with computed imports, aliases, processes or files that they read.
 */
export async function readReach(items: readonly ChangedItem[], tree: ReachTree): Promise<TestReach[]> {
  const tests = items.flatMap((item) => (isChangedTest(item) ? [item.path] : []));
  const others = new Set(items.flatMap(({ path }) => (isTestFile(path) ? [] : [path])));
  const graph = await graphOf(tests, tree);
  return tests.flatMap((test) => {
    const distance = distanceTo(test, others, graph);
    if (distance === 'unknown') return [];
    return [{ test, reaches: distance === null ? 'nothing' : distance <= NEAR ? 'near' : 'far' }];
  });
}

/** Whether it is worth a look: other packages and other settings change results without any import. */
export function mayReach(items: readonly ChangedItem[]): boolean {
  const isClear = items.every(({ path }) => !isLockFile(path) && !isManifest(path) && !isConfiguration(path));
  return isClear && items.some(({ path }) => isSource(path)) && items.some((item) => isChangedTest(item));
}

function isChangedTest({ path, kind, form, before, after }: ChangedItem): boolean {
  return form === 'file' && kind !== 'added' && isTestFile(path) && isScript(path) && !!before && !!after;
}

/** What each file imports; null: it cannot be told. */
type Graph = ReadonlyMap<string, readonly string[] | null>;

async function graphOf(tests: readonly string[], tree: ReachTree): Promise<Graph> {
  const packages = await packagesOf(tree);
  const graph = new Map<string, readonly string[] | null>();
  let level = [...new Set(tests)];
  for (let depth = 0; level.length > 0 && depth < MOST_LEVELS; depth += 1) {
    const left = Math.max(0, MOST_FILES - graph.size);
    const texts = await tree.readTexts(level.slice(0, left));
    for (const path of level) graph.set(path, importsOf(path, texts.get(path), { tree, packages }));
    const next = level.flatMap((path) => graph.get(path) ?? []);
    level = [...new Set(next)].filter((path) => !graph.has(path));
  }
  return graph;
}

/** Steps to the nearest of some files; null: none is reached. */
function distanceTo(test: string, wanted: ReadonlySet<string>, graph: Graph): number | null | 'unknown' {
  const seen = new Set([test]);
  let level = [test];
  let isUnknown = false;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (level.some((path) => wanted.has(path))) return depth;
    isUnknown ||= level.some((path) => !graph.get(path));
    level = [...new Set(level.flatMap((path) => graph.get(path) ?? []))].filter((path) => !seen.has(path));
    for (const path of level) seen.add(path);
  }
  return isUnknown ? 'unknown' : null;
}

const IMPORTS = /\b(?:from|import|require\s*\(|import\s*\()\s*['"]([^'"\n]{1,300})['"]/g;
/** Ways to depend on files that no import names. */
const OPEN =
  /\b(?:import|require)\s*\(\s*[^'"\s)]|\bimport\.meta\.\w*(?:glob|resolve)|\b(?:child_process|worker_threads|execa|createRequire|readFile\w*|readdir\w*|createReadStream|spawn\w*|exec\w*|fork|fetch|request|supertest|playwright|puppeteer)\b/;
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;

interface Packages {
  readonly installed: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

function importsOf(
  path: string,
  text: string | undefined,
  { tree, packages }: { tree: ReachTree; packages: Packages },
): string[] | null {
  if (!CODE.test(path)) return [];
  if (text === undefined || OPEN.test(text)) return null;
  const targets = [...text.matchAll(IMPORTS)].flatMap(([, specifier = '']) => {
    if (!specifier.startsWith('.')) return isForeign(specifier, packages) ? [] : [null];
    return [resolve(join(dirname(path), specifier), tree)];
  });
  const found = targets.filter((target) => target !== null);
  return found.length === targets.length ? found : null;
}

function isForeign(specifier: string, { installed, own }: Packages): boolean {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return true;
  return installed.has(name) && !own.has(name);
}

const ENDINGS = [
  '',
  ...['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts', 'json', 'vue'].map((end) => `.${end}`),
];

function resolve(target: string, { paths }: ReachTree): string | null {
  const written = target.replace(/\/$/, '');
  const typed = written.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');
  const stems = [written, typed, typed.replace(/\.ts$/, '.tsx'), `${written}/index`];
  for (const stem of stems)
    for (const ending of ENDINGS) if (paths.has(`${stem}${ending}`)) return `${stem}${ending}`;
  return null;
}

function isManifest(path: string): boolean {
  return /(?:^|\/)package\.json$/.test(path);
}

async function packagesOf(tree: ReachTree): Promise<Packages> {
  const paths = [...tree.paths].filter((path) => isManifest(path)).slice(0, MOST_MANIFESTS);
  const installed = new Set<string>();
  const own = new Set<string>();
  for (const text of (await tree.readTexts(paths)).values()) {
    const parsed = parseManifest(text);
    if (parsed.kind !== 'manifest') continue;
    const { name, dependencies, devDependencies, optionalDependencies, peerDependencies } = parsed.manifest;
    own.add(name);
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
    for (const [key, range] of Object.entries(all))
      (/^(?:workspace|file|link|portal):/.test(range) ? own : installed).add(key);
  }
  return { installed, own };
}
