import type { Diagnostic } from '../../domain/verdict.ts';
import { closeNames } from '../../lib/closest.ts';
import type { Project } from './project.ts';
import { namespacesOf, palette, plainUtilities, variants } from './tailwind-utilities.ts';
import { safeNames } from './words.ts';

const MOST_STYLE_SHEETS = 40;
const MOST_NAMES = 8;

/** Classes, variants or theme keys close to one that Tailwind does not know, from its theme and the project's own. */
export function tailwindFacts({ symbol, message }: Diagnostic, project: Project): string | null {
  const given = symbol === null ? null : (safeNames([symbol])[0] ?? null);
  if (given === null) return null;
  const theme = themeOf(project);
  if (/theme function|in your theme|does not exist in/i.test(message) && /^--|\./.test(given)) {
    return listed('Theme keys close to it', closeKeys(given, theme));
  }
  if (/variant/i.test(message)) {
    const known = [...variants, ...theme.keysOf('breakpoint'), ...theme.customVariants];
    return listed('Variants close to it', closeNames(given.replace(/:$/, ''), known, { most: MOST_NAMES }));
  }
  const parts = given.split(':');
  const base = (parts.at(-1) ?? '').replace(/^[!-]/, '').replace(/!$/, '').replace(/\/.*$/, '');
  const before = parts
    .slice(0, -1)
    .map((part) => `${part}:`)
    .join('');
  const close = closeNames(base, candidatesFor(base, theme), { most: MOST_NAMES }).filter(
    (name) => name !== base,
  );
  return listed(
    'Classes close to it',
    close.map((name) => `${before}${name}`),
  );
}

function listed(what: string, names: readonly string[]): string | null {
  return names.length > 0 ? `${what}: ${names.join(', ')}.` : null;
}

interface Theme {
  /** Names after `--<namespace>-`: `red-500` of `color`. */
  keysOf(namespace: string): readonly string[];
  readonly all: readonly string[];
  readonly utilities: readonly string[];
  readonly customVariants: readonly string[];
}

/** The installed theme and every `@theme`, `@utility` and `@custom-variant` of the project's style sheets, read as text. */
function themeOf(project: Project): Theme {
  const own = project.files
    .filter((path) => /\.(?:css|pcss|postcss)$/.test(path))
    .slice(0, MOST_STYLE_SHEETS);
  const installed = project.readText('node_modules/tailwindcss/theme.css');
  const texts = own.flatMap((path) => (project.hasTime() ? (project.readText(path) ?? []) : []));
  const variables = [installed ?? '', ...texts.filter((text) => text.includes('@theme'))].flatMap((text) =>
    [...text.matchAll(/(?:^|[\s{;])(--[\w-]{1,80})\s*:/g)].map((match) => match[1] ?? ''),
  );
  const all = [...new Set(variables)];
  const rules = (name: string) =>
    safeNames(
      texts.flatMap((text) =>
        [...text.matchAll(new RegExp(`@${name}\\s+([\\w*-]{1,80})`, 'g'))].map((match) => match[1] ?? ''),
      ),
    );
  return {
    all,
    utilities: rules('utility'),
    customVariants: rules('custom-variant'),
    keysOf(namespace) {
      const start = `--${namespace}-`;
      const keys = all.filter((name) => name.startsWith(start) && !name.slice(start.length).includes('--'));
      const known = keys.map((name) => name.slice(start.length));
      return namespace === 'color' && installed === null ? [...known, ...palette()] : known;
    },
  };
}

/** Everything a class that begins like this may have been meant to be. */
function* candidatesFor(base: string, theme: Theme): Generator<string> {
  yield* theme.utilities;
  yield* plainUtilities;
  const roots = Object.keys(namespacesOf);
  const own = roots.filter((root) => base === root || base.startsWith(`${root}-`));
  const near = own.length > 0 ? own : closeNames(base.split('-')[0] ?? '', roots, { most: 3 });
  for (const root of near) {
    for (const namespace of namespacesOf[root] ?? [])
      for (const key of theme.keysOf(namespace)) yield `${root}-${key}`;
  }
}

/** `--color-prmary` and the older `colors.prmary.500`. */
function closeKeys(given: string, theme: Theme): string[] {
  if (given.startsWith('--')) return closeNames(given, theme.all, { most: MOST_NAMES });
  const wanted = `--${given.replace(/^colors\./, 'color.').replaceAll('.', '-')}`;
  return closeNames(wanted, theme.all, { most: MOST_NAMES });
}
