import { posix } from 'node:path';
import { z } from 'zod';
import { parseJsonc } from './jsonc.ts';
import { parseManifest } from './manifest.ts';
import { ownerOf } from './mentions.ts';

/** Folders of packages by the names that code may call them: those of their package.json, and aliases of the root's tsconfig. */
export function packageNames(
  folders: readonly string[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const own = folders.flatMap((folder) => {
    const parsed = parseManifest(texts.get(`${folder}/package.json`));
    return parsed.kind === 'manifest' ? [{ name: parsed.manifest.name, folder }] : [];
  });
  const known = new Set(folders);
  const aliases = ['tsconfig.json', 'tsconfig.base.json'].flatMap((file) =>
    aliasesIn(texts.get(file), known),
  );
  const named = [...own, ...aliases].filter(({ name }) => name !== '');
  const grouped = Map.groupBy(named, ({ name }) => name);
  return new Map([...grouped].map(([name, all]) => [name, all.map(({ folder }) => folder)]));
}

const withPaths = z.object({
  compilerOptions: z.object({
    baseUrl: z.string().max(1000).catch('.').default('.'),
    paths: z.record(z.string(), z.array(z.string().max(1000))),
  }),
});

function aliasesIn(
  text: string | undefined,
  folders: ReadonlySet<string>,
): { readonly name: string; readonly folder: string }[] {
  const parsed = withPaths.safeParse(parseJsonc(text ?? ''));
  if (!parsed.success) return [];
  const { baseUrl, paths } = parsed.data.compilerOptions;
  return Object.entries(paths).flatMap(([alias, targets]) =>
    targets.flatMap((target) => {
      const folder = ownerOf(`${posix.join(baseUrl, target)}/`, folders);
      return folder === null ? [] : [{ name: alias.replace(/\/?\*$/, ''), folder }];
    }),
  );
}
