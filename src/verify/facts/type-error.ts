import { join } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { closeNames } from '../../lib/closest.ts';
import { readSourceModule } from '../imports/source-module.ts';
import { membersOf } from './members.ts';
import type { Project } from './project.ts';
import { quotedIn, quoteLine, safeNames, safePath } from './words.ts';

const ASSIGNED =
  /(?:Type|Argument of type) '(.{1,300}?)' is not assignable to (?:parameter of )?type '(.{1,300}?)'\.?/;
const UNKNOWN_PROPERTY =
  /(?:Property|and) '([\w$]{1,80})' does not exist (?:on|in) type '(?:typeof )?(.{1,300}?)'/;
const MISSING_PROPERTIES =
  /(?:Property '([\w$]{1,80})' is missing|missing the following properties).{0,400}? (?:required in |from )type '(.{1,200}?)'/;

/** Which type was wanted and which came; for a property that does not exist, those that do. */
export function typeErrorFacts(diagnostic: Diagnostic, project: Project): string | null {
  const { message } = diagnostic;
  const unknown = UNKNOWN_PROPERTY.exec(message);
  if (unknown) return propertyFacts(unknown[1] ?? '', unknown[2] ?? '', { diagnostic, project });
  const assigned = ASSIGNED.exec(message);
  const facts: string[] = [];
  if (assigned)
    facts.push(`Expected type ${quoteLine(assigned[2] ?? '')}, actual type ${quoteLine(assigned[1] ?? '')}.`);
  const missing = MISSING_PROPERTIES.exec(message);
  if (missing) {
    const declared = declarationOf(missing[2] ?? '', { diagnostic, project });
    if (declared) facts.push(`${declared.shown} has: ${declared.names.slice(0, 12).join(', ')}.`);
  }
  return facts.length > 0 ? facts.join(' ') : null;
}

interface Where {
  readonly diagnostic: Diagnostic;
  readonly project: Project;
}

function propertyFacts(name: string, type: string, where: Where): string | null {
  const suggested = /Did you mean '([\w$]{1,80})'/.exec(where.diagnostic.message)?.[1];
  const inline = type.startsWith('{') ? propertiesOf(type) : [];
  const declared = inline.length > 0 ? { shown: 'The type', names: inline } : declarationOf(type, where);
  if (!declared || declared.names.length === 0) {
    return suggested ? `The closest property is ${suggested}.` : null;
  }
  const close = closeNames(name, declared.names, { most: 12, withFar: true });
  const first = suggested ? `The closest property is ${suggested}. ` : '';
  return `${first}${declared.shown} has: ${close.join(', ')}.`;
}

/** `{ a: string; b?: number }`, as far as its outer level goes. */
function propertiesOf(type: string): string[] {
  const found: string[] = [];
  let depth = 0;
  for (const part of type.split(/([{}()[\]<>;,])/)) {
    if (/^[{([<]$/.test(part)) depth += 1;
    else if (/^[})\]>]$/.test(part)) depth -= 1;
    else if (depth === 1) found.push(/^\s*(?:readonly )?([\w$]{1,80})\??:/.exec(part)?.[1] ?? '');
  }
  return found.filter((name) => name !== '');
}

/** The members of a type by its name: declared in the file itself, or in a module it imports the name from. */
function declarationOf(
  type: string,
  { diagnostic: { file, message }, project }: Where,
): { readonly shown: string; readonly names: readonly string[] } | null {
  const name = /^([A-Za-z_$][\w$]{0,79})(?:<.*)?$/.exec(type)?.[1];
  if (!name || !file) return null;
  const text = project.readText(file);
  if (text === null) return null;
  const own = membersOf(file, text, name);
  if (own) return { shown: `${name} (${safePath(file) ?? 'this file'})`, names: safeNames(own) };
  const path = join(project.root, file);
  const { imports } = readSourceModule(path, text);
  const uses = imports.filter(
    ({ names, specifier }) => names.includes(name) || quotedIn(message).includes(specifier),
  );
  const near = uses.length > 0 ? uses : imports.filter(({ specifier }) => specifier.startsWith('.'));
  for (const { specifier } of near.slice(0, 12)) {
    const target = project.resolver().resolve(path, specifier);
    const theirs = target.kind === 'found' && target.file ? project.readText(target.file) : null;
    const members =
      theirs === null || target.kind !== 'found' ? null : membersOf(target.file ?? '', theirs, name);
    if (members)
      return {
        shown: `${name} (from "${safeNames([specifier])[0] ?? 'its module'}")`,
        names: safeNames(members),
      };
  }
  return null;
}
