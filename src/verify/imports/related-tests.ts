import { existsSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createExportIndex, isSource } from './module-exports.ts';
import { createImportResolver } from './resolve-import.ts';

export interface RelatedRequest {
  readonly root: string;
  /** Relative; what the change touched. */
  readonly changed: readonly string[];
  /** Relative. */
  readonly tests: readonly string[];
  readonly mostFiles: number;
  /** On the clock of `performance`. */
  readonly deadline: number;
}

/**
 * The tests that are among the changed files or import one of them, over any number of steps. null: it cannot be told within the
 * limits. What a test starts or reads in other ways is not seen, so the whole suite still has to run.
 */
export function relatedTests({ root, changed, tests, mostFiles, deadline }: RelatedRequest): string[] | null {
  const real = existsSync(root) ? realpathSync(root) : root;
  const resolver = createImportResolver(root);
  const index = createExportIndex(root, resolver);
  /** Importers by what they import. */
  const importers = new Map<string, string[]>();
  const pending = tests.map((test) => join(real, test));
  const seen = new Set(pending);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.size > mostFiles || performance.now() > deadline) return null;
    for (const target of targetsOf(file)) {
      importers.set(target, [...(importers.get(target) ?? []), file]);
      if (seen.has(target)) continue;
      seen.add(target);
      if (isSource(target)) pending.push(target);
    }
  }

  function targetsOf(file: string): Set<string> {
    const imports = index.read(file)?.imports ?? [];
    const found = imports.flatMap(({ specifier }) => {
      const target = resolver.resolve(file, specifier);
      return target.kind === 'found' && target.file?.startsWith(real + sep) ? [target.file] : [];
    });
    return new Set(found.filter((target) => !target.includes(`${sep}node_modules${sep}`)));
  }

  const reached = new Set(changed.map((path) => join(real, path)));
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return tests
    .filter((test) => reached.has(join(real, test)))
    .map((test) => relative(real, join(real, test)));
}
