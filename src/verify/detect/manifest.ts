import { z } from 'zod';
import { jsonErrorLine } from './json-error.ts';

const names = z.record(z.string(), z.string()).catch({});

/** The parts of package.json that verification uses; anything of another shape counts as absent. */
const manifestSchema = z.object({
  name: z.string().catch(''),
  packageManager: z.string().optional().catch(undefined),
  scripts: names.default({}),
  dependencies: names.default({}),
  devDependencies: names.default({}),
  optionalDependencies: names.default({}),
  peerDependencies: names.default({}),
  workspaces: z.unknown().optional(),
  eslintConfig: z.unknown().optional(),
  prettier: z.unknown().optional(),
  jest: z.unknown().optional(),
  'lint-staged': z.unknown().optional(),
  private: z.unknown().optional(),
  main: z.unknown().optional(),
  module: z.unknown().optional(),
  types: z.unknown().optional(),
  typings: z.unknown().optional(),
  exports: z.unknown().optional(),
  bin: z.unknown().optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const emptyManifest: Manifest = manifestSchema.parse({});

export type ParsedManifest =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly message: string; readonly line: number | null }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

export function parseManifest(text: string | undefined): ParsedManifest {
  if (text === undefined) return { kind: 'none' };
  const json = parseJson(text);
  if (!json.ok) return { kind: 'broken', message: json.message, line: jsonErrorLine(text) };
  const parsed = manifestSchema.safeParse(json.value);
  if (parsed.success) return { kind: 'manifest', manifest: parsed.data };
  return { kind: 'broken', message: 'package.json does not hold an object', line: 1 };
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
