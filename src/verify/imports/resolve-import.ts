import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { ResolverFactory } from 'oxc-resolver';
import { parseManifest } from '../detect/manifest.ts';
import { isPackageSpecifier, packageNameOf } from '../parse/specifier.ts';

export type Resolution =
  | { readonly kind: 'found'; readonly file: string | null }
  | { readonly kind: 'missing'; readonly what: 'path' | 'package' }
  /** It may well be there in a way that cannot be known without running the repository's own tools. */
  | { readonly kind: 'unknown' };

export interface ImportResolver {
  resolve(file: string, specifier: string): Resolution;
}

const EXTENSIONS = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
  '.node',
  '.d.ts',
  '.vue',
  '.svelte',
  '.astro',
];
const SETTINGS = {
  extensions: EXTENSIONS,
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'],
    '.jsx': ['.tsx', '.jsx'],
    '.mjs': ['.mts', '.mjs', '.d.mts'],
    '.cjs': ['.cts', '.cjs', '.d.cts'],
  },
  conditionNames: [
    'types',
    'import',
    'require',
    'node',
    'default',
    'module',
    'browser',
    'development',
    'production',
    'react-native',
    'bun',
    'deno',
    'worker',
  ],
  mainFields: ['types', 'typings', 'module', 'main', 'browser'],
  builtinModules: true,
};
const FOUND: Resolution = { kind: 'found', file: null };
const UNKNOWN: Resolution = { kind: 'unknown' };

/** Folders that a build makes: what is imported from there need not exist before it. */
const MADE_BY_BUILD =
  /(?:^|\/)(?:dist|build|out|output|generated|__generated__|gen|\.[\w-]+|node_modules|target|pkg|types|styled-system)(?:\/|$)/;

/**
 * Resolves imports as TypeScript, Node and bundlers together would, and says `missing` only where none of them could: paths and
 * aliases of tsconfig.json, package.json `imports` and `exports`, declared types, workspaces. Aliases of bundlers cannot be known.
 */
export function createImportResolver(root: string): ImportResolver {
  const automatic = new ResolverFactory({ ...SETTINGS, tsconfig: 'auto' });
  const plain = automatic.cloneWithOptions(SETTINGS);
  const withoutExports = automatic.cloneWithOptions({ ...SETTINGS, exportsFields: [] });
  const configured = tsconfigsOf(root).map((configFile) =>
    automatic.cloneWithOptions({ ...SETTINGS, tsconfig: { configFile, references: 'auto' } }),
  );
  // With Plug'n'Play packages are in archives, and node_modules has no more than what Runyard put there.
  const hasPackages = existsSync(join(root, 'node_modules')) && !existsSync(join(root, '.pnp.cjs'));
  const optional = optionalPackages(root);
  return {
    resolve(file, given) {
      const specifier = given.replace(/[?#].*$/, (suffix, at: number) => (at === 0 ? suffix : ''));
      if (isBuiltin(specifier) || /[:!*]/.test(specifier) || specifier === '') return FOUND;
      for (const attempt of [
        () => automatic.resolveFileSync(file, specifier),
        () => plain.sync(dirname(file), specifier),
        ...configured.map((resolver) => () => resolver.sync(dirname(file), specifier)),
        () => withoutExports.sync(dirname(file), specifier),
      ]) {
        const result = attempt();
        if (result.path) return { kind: 'found', file: result.path };
        if (result.builtin) return FOUND;
      }
      if (specifier.startsWith('.')) return relative(root, file, specifier);
      return bare({ root, file, specifier, hasPackages, optional });
    },
  };
}

function isBuiltin(specifier: string): boolean {
  return (
    specifier.startsWith('node:') ||
    builtinModules.includes(specifier) ||
    builtinModules.includes(packageNameOf(specifier))
  );
}

function tsconfigsOf(root: string): string[] {
  const names = readdirSync(root).filter((name) => /^[tj]sconfig(?:\.[\w-]+)*\.json$/.test(name));
  return names
    .slice(0, 12)
    .map((name) => join(root, name))
    .filter((path) => lstatSync(path).isFile());
}

function relative(root: string, file: string, specifier: string): Resolution {
  const target = resolve(dirname(file), specifier);
  if (existsSync(target)) return { kind: 'found', file: null };
  const inside = target.startsWith(`${realRoot(root)}/`) || target.startsWith(`${root}/`);
  if (!inside || MADE_BY_BUILD.test(target.slice(root.length))) return UNKNOWN;
  return { kind: 'missing', what: 'path' };
}

function realRoot(root: string): string {
  return existsSync(root) ? realpathSync(root) : root;
}

interface BareImport {
  readonly root: string;
  readonly file: string;
  readonly specifier: string;
  readonly hasPackages: boolean;
  /** Packages the repository itself says may be absent. */
  readonly optional: ReadonlySet<string>;
}

/** A package is missing only where packages are installed at all and nothing hints at an alias of a bundler. */
function bare({ root, file, specifier, hasPackages, optional }: BareImport): Resolution {
  if (!hasPackages || !isPackageSpecifier(specifier)) return UNKNOWN;
  const name = packageNameOf(specifier);
  const first = specifier.split('/')[0] ?? specifier;
  if (optional.has(name)) return UNKNOWN;
  const couldBeFolder = [root, join(root, 'src'), join(root, 'app'), dirname(file)].some((folder) =>
    existsSync(join(folder, first)),
  );
  if (couldBeFolder || hasInstalled(root, file, name) || hasInstalled(root, file, typesOf(name)))
    return UNKNOWN;
  return { kind: 'missing', what: 'package' };
}

function optionalPackages(root: string): ReadonlySet<string> {
  const file = join(root, 'package.json');
  const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const parsed = parseManifest(isFile ? readFileSync(file, 'utf8') : undefined);
  if (parsed.kind !== 'manifest') return new Set();
  const { name, optionalDependencies, peerDependencies } = parsed.manifest;
  return new Set([name, ...Object.keys(optionalDependencies), ...Object.keys(peerDependencies)]);
}

function typesOf(name: string): string {
  return `@types/${name.startsWith('@') ? name.slice(1).replace('/', '__') : name}`;
}

function hasInstalled(root: string, file: string, name: string): boolean {
  for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', name))) return true;
  }
  return false;
}
