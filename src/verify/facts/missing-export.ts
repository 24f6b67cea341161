import { join, relative } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { closeNames, closest } from '../../lib/closest.ts';
import { readSourceModule } from '../imports/source-module.ts';
import { exportersOf } from './exporters.ts';
import { exportedNames } from './module-names.ts';
import type { Project } from './project.ts';
import { quotedIn, safeNames, safePath } from './words.ts';

const MOST_NAMES = 12;

/** The module's real exports, the closest first, and where else in the repository the name is exported. */
export function missingExportFacts(diagnostic: Diagnostic, project: Project): string | null {
  const { symbol } = diagnostic;
  if (!symbol) return null;
  const module = moduleOf(diagnostic, symbol, project);
  const elsewhere = () =>
    symbol === 'default' ? null : exportersOf(symbol, { project, near: diagnostic.file });
  const exports = module && exportedNames(project, module.file);
  if (!module || !exports) return elsewhere();
  const own = closeNames(symbol, safeNames(exports), { most: MOST_NAMES, withFar: true });
  const more = exports.size - own.length;
  const listed = own.length > 0 ? `${own.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : 'nothing';
  const wrongKind =
    symbol === 'default' && exports.size > 0 && !exports.has('default')
      ? ' It has no default export: import { … } by name.'
      : exports.size === 1 && exports.has('default')
        ? ' It has a default export only: import it without braces.'
        : '';
  return [
    `${module.shown} exports: ${listed}.${wrongKind}`,
    closest(symbol, own) === null ? elsewhere() : null,
  ]
    .filter(Boolean)
    .join(' ');
}

interface FoundModule {
  readonly file: string;
  readonly shown: string;
}

/** The module a name was taken from: what the file imports the name from, else what the message quotes. */
function moduleOf({ file, line, message }: Diagnostic, symbol: string, project: Project): FoundModule | null {
  const importer = file ?? 'index.js';
  const text = file ? project.readText(file) : null;
  const uses = file && text !== null ? readSourceModule(join(project.root, file), text).imports : [];
  const use =
    uses.find((one) => one.line === line && one.names.includes(symbol)) ??
    uses.find((one) => one.names.includes(symbol));
  const quoted = quotedIn(message).map((part) => part.replaceAll('"', ''));
  const specifiers = [...(use ? [use.specifier] : []), ...quoted.filter((part) => part !== symbol)];
  for (const specifier of specifiers) {
    const found = resolved(project, importer, specifier);
    if (found) return found;
  }
  return null;
}

function resolved(project: Project, importer: string, specifier: string): FoundModule | null {
  const direct = project.files.includes(specifier) ? join(project.root, specifier) : null;
  const resolution = direct ? null : project.resolver().resolve(join(project.root, importer), specifier);
  const target = direct ?? (resolution?.kind === 'found' ? resolution.file : null);
  if (!target) return null;
  const own = safePath(relative(project.root, target));
  if (!own || own.startsWith('..')) return null;
  const isPackage = own.includes('node_modules/');
  return { file: target, shown: isPackage ? `Package "${safeNames([specifier])[0] ?? own}"` : own };
}
