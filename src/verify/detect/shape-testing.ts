import { detectChecks } from './detect-checks.ts';
import { repositoryFilesOf } from './repository-files.ts';

/** A repository as far as detection sees it, for table tests. */
export interface Shape {
  /** What a maintainer would call it. */
  readonly of: string;
  /** Texts by path; an object is a package.json. */
  readonly files: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  readonly changed?: readonly string[];
  /** Programs of the machine; absent: all. */
  readonly tools?: readonly string[];
  /** `name: argv` in order; `@` its folder, `<` what it waits for, `~` what mends it. */
  readonly checks: readonly string[];
  readonly install?: string | null;
  readonly leftOut?: readonly string[];
}

/** What is found, in the words of a shape; only what the shape speaks about. */
export function foundIn({ files, changed, tools, install, leftOut }: Shape): Partial<Shape> {
  const texts = Object.entries(files).map(
    ([path, text]) => [path, typeof text === 'string' ? text : JSON.stringify(text)] as const,
  );
  const found = detectChecks(repositoryFilesOf(new Map(texts)), {
    timeoutMs: 1000,
    hasExecutable: (name) => tools?.includes(name) ?? true,
    changedFiles: changed ?? null,
  });
  const checks = found.checks.map(({ name, argv, folder, needs, fix }) =>
    [
      `${name}: ${argv.join(' ')}`.trim(),
      ...(folder === undefined ? [] : [`@ ${folder}`]),
      ...(needs === undefined ? [] : [`< ${needs.join(', ')}`.trim()]),
      ...(fix === undefined ? [] : [`~ ${fix.join(' ')}`]),
    ].join(' '),
  );
  return {
    checks,
    ...(install === undefined ? {} : { install: found.install?.argv.join(' ') ?? null }),
    ...(leftOut === undefined ? {} : { leftOut: found.leftOut.map(({ what }) => what) }),
  };
}

/** The part of a shape that `foundIn` answers. */
export function expectedOf({ checks, install, leftOut }: Shape): Partial<Shape> {
  return {
    checks,
    ...(install === undefined ? {} : { install }),
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}
