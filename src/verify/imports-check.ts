import { join, relative } from 'node:path';
import type { Diagnostic } from '../domain/verdict.ts';
import { createExportIndex, type ExportIndex, isSource } from './imports/module-exports.ts';
import { createImportResolver, type ImportResolver } from './imports/resolve-import.ts';
import type { ImportUse } from './imports/source-module.ts';
import { type Problem, toDiagnostic } from './parse/problem.ts';

export interface ImportsReport {
  /** How many files were looked at; 0 means there was nothing for this check to do. */
  readonly files: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Broken on purpose, or not part of the program. */
const NOT_PROGRAM =
  /(?:^|\/)(?:fixtures?|__fixtures__|__testfixtures__|testdata|test-data|templates?|__snapshots__|snapshots|vendor|third_party|node_modules|examples?)\//;
const DEEP_RELATIVE = /^(?:\.\.\/){3,}/;

/**
 * Runyard's own look at the imports of changed files (V1): paths, aliases, packages and names that do not exist, and deep relative
 * paths as a warning. Reads syntax only, runs nothing of the repository, and keeps silent where a bundler might know better.
 */
export function checkImports({ root, files }: { root: string; files: readonly string[] }): ImportsReport {
  const sources = files.filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !NOT_PROGRAM.test(file));
  const resolver = createImportResolver(root);
  const index = createExportIndex(root, resolver);
  const problems = sources.flatMap((file) => problemsOf(file, { root, resolver, index }));
  return { files: sources.length, diagnostics: problems.map((problem) => toDiagnostic(problem, root)) };
}

interface Tools {
  readonly root: string;
  readonly resolver: ImportResolver;
  readonly index: ExportIndex;
}

function problemsOf(file: string, tools: Tools): Problem[] {
  const path = join(tools.root, file);
  const module = tools.index.read(path);
  if (!module) return [];
  if (module.syntaxError) {
    const { message, line } = module.syntaxError;
    return [{ category: 'syntax_error', message, file, line }];
  }
  return module.imports.flatMap((use) => [...deepPath(file, use), ...brokenImport(file, use, tools)]);
}

function deepPath(file: string, { specifier, line }: ImportUse): Problem[] {
  if (!DEEP_RELATIVE.test(specifier)) return [];
  const message = `Deep relative import "${specifier}"`;
  return [
    {
      category: 'import_resolution',
      subcategory: 'deep_relative',
      severity: 'warning',
      message,
      file,
      line,
      symbol: specifier,
    },
  ];
}

function brokenImport(file: string, use: ImportUse, { root, resolver, index }: Tools): Problem[] {
  const { specifier, line, kind, isTypeOnly, names } = use;
  const from = join(root, file);
  const resolution = resolver.resolve(from, specifier);
  if (resolution.kind === 'missing' && resolution.what === 'path') {
    return [
      {
        category: 'import_resolution',
        message: `Cannot resolve "${specifier}"`,
        file,
        line,
        symbol: specifier,
      },
    ];
  }
  // An import() or require() of a package may be optional, and one of types leaves no trace at run time.
  if (resolution.kind === 'missing' && kind === 'static' && !isTypeOnly && isSource(file)) {
    return [
      {
        category: 'missing_dependency',
        message: `Package "${specifier}" is not installed`,
        file,
        line,
        symbol: specifier,
      },
    ];
  }
  if (resolution.kind !== 'found' || !resolution.file || !specifier.startsWith('.')) return [];
  return missingNames({ file, line, specifier, names }, { target: resolution.file, root, index });
}

function missingNames(
  {
    file,
    line,
    specifier,
    names,
  }: { file: string; line: number; specifier: string; names: readonly string[] },
  { target, root, index }: { target: string; root: string; index: ExportIndex },
): Problem[] {
  if (names.length === 0 || !isSource(target) || hasTypesElsewhere(file, target)) return [];
  const exported = index.namesOf(target);
  if (!exported) return [];
  return names
    .filter((name) => !exported.has(name))
    .map((name) => ({
      category: 'missing_export',
      message: `"${specifier}" has no export named "${name}"`,
      file,
      line,
      symbol: name,
      hint: `${relative(root, target)} exports: ${[...exported].slice(0, 30).join(', ') || 'nothing'}. Import one of them, or export "${name}" there.`,
    }));
}

/** Types of a JavaScript module stand in a declaration file or in comments: its exports are not all that TypeScript may import. */
function hasTypesElsewhere(importer: string, target: string): boolean {
  return /\.[cm]?tsx?$/.test(importer) && /\.[cm]?jsx?$/.test(target);
}
