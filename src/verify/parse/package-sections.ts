import { prefixOf, sharedPrefixesOf } from './runner-prefix.ts';

/** What a task runner or a package manager printed for one package. */
export interface PackageSection {
  /** The package's name or folder, as it was printed; null: of none. */
  readonly of: string | null;
  readonly lines: readonly string[];
}

/**
 * Lines of a run in many packages, package by package. Tools name their files as seen from where they ran, so only what stands around
 * their lines tells whose `src/index.ts` is meant.
 */
export function packageSections(
  lines: readonly string[],
  isPackage: (name: string) => boolean = () => true,
): PackageSection[] {
  const prefixes = sharedPrefixesOf(lines);
  return prefixes.length > 0 ? byPrefix(lines, prefixes) : byHeader(lines, isPackage);
}

function byPrefix(lines: readonly string[], prefixes: readonly string[]): PackageSection[] {
  const groups = new Map<string | null, string[]>();
  for (const line of lines) {
    const prefix = prefixOf(line, prefixes);
    const of = prefix === undefined ? null : (/^[@\w./-]+/.exec(prefix)?.[0] ?? null);
    const group = groups.get(of) ?? [];
    group.push(prefix === undefined ? line : line.slice(prefix.length));
    groups.set(of, group);
  }
  return [...groups].map(([of, group]) => ({ of, lines: group }));
}

const NAME = '(@?[\\w.-]{1,100}(?:/[\\w.-]{1,100})?)';
const HEADERS: readonly RegExp[] = [
  // npm and pnpm, before each script
  new RegExp(`^> ${NAME}@\\d\\S{0,60} \\S{1,100}(?: /\\S{1,400})?$`),
  // nx and lerna, before each task
  new RegExp(`^> (?:nx run )?${NAME}:[\\w:-]{1,100}(?: {1,3}\\[[\\w -]{1,60}\\])?$`),
  // yarn 1: `yarn workspaces run`
  new RegExp(`^> ${NAME}$`),
];

/** What `> tsc` begins is no package but a command of the one before. */
function byHeader(lines: readonly string[], isPackage: (name: string) => boolean): PackageSection[] {
  const sections: { of: string | null; lines: string[] }[] = [{ of: null, lines: [] }];
  for (const line of lines) {
    const of = line.startsWith('> ') ? headerOf(line) : null;
    if (of !== null && isPackage(of) && sections.at(-1)?.of !== of) sections.push({ of, lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections.filter((section) => section.lines.length > 0);
}

function headerOf(line: string): string | null {
  for (const header of HEADERS) {
    const name = header.exec(line.trimEnd())?.[1];
    if (name) return name;
  }
  return null;
}
