import type { GuardWeight } from '../../domain/guard-policy.ts';
import { lookAlikeOf } from './dependencies/look-alike.ts';
import { isForeign, knownPackages, type NewPackage, newPackages } from './dependencies/new-packages.ts';
import { evidenceOf, lineChanges } from './lines.ts';
import type { Change, Suspicion } from './types.ts';

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_][a-z0-9._~-]*$/i;

/** New packages that look wrong without asking anybody: names like popular ones, and sources that are no registry. */
export function newDependencies(change: Change): Suspicion[] {
  const own = knownPackages(change);
  return [...newPackages(change).flatMap((added) => judge(added, own)), ...otherEcosystems(change)];
}

function judge(added: NewPackage, own: ReadonlySet<string>): Suspicion[] {
  const { name, range } = added;
  if (!NAME.test(name) || name.length > 214)
    return [dependencySuspicion(added, { weight: 'certain', what: 'has a name that no registry accepts' })];
  if (/^npm:/.test(range)) {
    const target = range.slice(4).replace(/(.)@[^@]*$/, '$1');
    const isOther = target !== name && !target.endsWith(`/${name}`);
    return isOther && !own.has(name)
      ? [
          dependencySuspicion(added, {
            weight: 'doubtful',
            what: `is another package under this name (${range})`,
          }),
        ]
      : [];
  }
  if (isForeign(range)) {
    const isLocal =
      /^(?:file:)?\.{0,2}\//.test(range) || (range.startsWith('file:') && !range.includes('://'));
    return [
      dependencySuspicion(added, {
        weight: isLocal ? 'doubtful' : 'certain',
        what: `comes from ${range}, not from a registry`,
      }),
    ];
  }
  const alike = lookAlikeOf(name, own);
  return alike === null
    ? []
    : [
        dependencySuspicion(added, {
          weight: 'certain',
          what: `looks like ${alike} and is another package`,
          hint: `If ${alike} is meant, name it so.`,
        }),
      ];
}

export function dependencySuspicion(
  { name, range, file, line }: NewPackage,
  { weight, what, hint }: { weight: GuardWeight; what: string; hint?: string },
): Suspicion {
  return {
    guard: 'new-dependencies',
    weight,
    message: `The new package ${name} ${what}.`,
    file,
    line,
    evidence: evidenceOf([`"${name}": "${range}"`]),
    hint: hint ?? 'Use what the repository already has, or a package that is known.',
    identity: `${name} ${what.replace(/\d[\d.,]*/g, '#')}`,
  };
}

/** For other ecosystems: sources that are no registry. Their names are not looked up. */
function otherEcosystems({ items }: Change): Suspicion[] {
  return items.flatMap((item) => {
    const pattern = FOREIGN_LINES.find(({ files }) => files.test(item.path))?.line;
    if (!pattern) return [];
    return lineChanges(item)
      .added.filter(({ text }) => pattern.test(text.slice(0, 500)))
      .slice(0, 5)
      .map(({ text, line }) => ({
        guard: 'new-dependencies' as const,
        weight: 'certain' as const,
        message: `${item.path} takes a package from a place that is no registry.`,
        file: item.path,
        line,
        evidence: evidenceOf([text]),
        hint: 'Name a released version of a known package.',
        identity: text,
      }));
  });
}

const FOREIGN_LINES: readonly { readonly files: RegExp; readonly line: RegExp }[] = [
  {
    files: /(?:^|\/)[\w.-]*requirements[\w.-]*\.(?:txt|in)$/,
    line: /^(?:-e\s+)?(?:[\w.[\]-]+\s*@\s*)?(?:git\+|https?:\/\/|file:)|^--(?:extra-)?index-url\b|^--trusted-host\b/,
  },
  { files: /(?:^|\/)pyproject\.toml$/, line: /@\s*(?:git\+|https?:\/\/|file:)|\bgit\s*=\s*"/ },
  { files: /(?:^|\/)Cargo\.toml$/, line: /\bgit\s*=\s*"/ },
  { files: /(?:^|\/)go\.mod$/, line: /^replace\s.*=>|^\S+ .*=>/ },
  { files: /(?:^|\/)Gemfile$/, line: /\bgit(?:hub)?:\s*['"]/ },
];
