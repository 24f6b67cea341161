import { jsonErrorLine } from './json-error.ts';

type Names = Readonly<Record<string, string>>;

const GROUPS = [
  'scripts',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;
const UNREAD = [
  'workspaces',
  'eslintConfig',
  'prettier',
  'jest',
  'lint-staged',
  'private',
  'main',
  'module',
  'types',
  'typings',
  'exports',
  'bin',
] as const;

/** The parts of package.json that verification uses; anything of another shape counts as absent. */
export type Manifest = Readonly<Record<(typeof GROUPS)[number], Names>> & {
  readonly [name in (typeof UNREAD)[number]]?: unknown;
} & { readonly name: string; readonly packageManager?: string | undefined };

export const emptyManifest: Manifest = manifestOf({});

export type ParsedManifest =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

export function parseManifest(text: string | undefined): ParsedManifest {
  if (text === undefined) return { kind: 'none' };
  const json = parseJson(text);
  if (!json.ok) return { kind: 'broken', message: json.message, line: jsonErrorLine(text) };
  if (isObject(json.value)) return { kind: 'manifest', manifest: manifestOf(json.value) };
  return { kind: 'broken', message: 'package.json does not hold an object', line: 1 };
}

// By hand: a schema would be a third of what it takes to start the programs that look at a change.
function manifestOf(data: Readonly<Record<string, unknown>>): Manifest {
  const { name, packageManager } = data;
  const groups = Object.fromEntries(GROUPS.map((group) => [group, namesIn(data[group])]));
  const unread = Object.fromEntries(
    UNREAD.flatMap((key) => (Object.hasOwn(data, key) ? [[key, data[key]]] : [])),
  );
  return {
    ...(groups as Record<(typeof GROUPS)[number], Names>),
    ...unread,
    name: typeof name === 'string' ? name : '',
    ...(typeof packageManager === 'string' ? { packageManager } : {}),
  };
}

function namesIn(value: unknown): Names {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  const isNames = entries.every((entry): entry is [string, string] => typeof entry[1] === 'string');
  return isNames ? Object.fromEntries(entries) : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

export function hasDependency(manifest: Manifest, name: string): boolean {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].some((group) =>
    Object.hasOwn(group, name),
  );
}

export function hasDependencies(manifest: Manifest): boolean {
  const groups = [
    manifest.dependencies,
    manifest.devDependencies,
    manifest.optionalDependencies,
    manifest.peerDependencies,
  ];
  return groups.some((group) => Object.keys(group).length > 0) || manifest.workspaces !== undefined;
}
