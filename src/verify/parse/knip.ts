import { z } from 'zod';
import { jsonDocuments } from './json-documents.ts';
import type { Parser, Problem } from './problem.ts';
import { categoryOfSpecifier } from './specifier.ts';

const SECTION = /^((?:Unused|Unlisted|Unresolved|Referenced|Duplicate)(?: [a-zA-Z]{2,20}){1,3}) \(\d{1,6}\)$/;
const PLACE = /^(\S{1,400}?)(?::(\d{1,9}):(\d{1,9}))?$/;
const COMPACT = /^(\S{1,400}): (\S.{0,400})$/;

interface Finding {
  /** The heading: `Unused exports`. */
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** Knip's reporters `symbols` (the default), `compact` and `json`. */
export const parseKnip: Parser = (lines) => {
  const problems: Problem[] = [];
  let kind: string | null = null;
  for (const line of lines) {
    const section = SECTION.exec(line)?.[1];
    if (section !== undefined) kind = section;
    else if (line.trim() === '' || /^[A-Z]\w+ [a-z]+ \(\d+\)$/.test(line)) kind = null;
    else if (kind !== null) problems.push(...listed(kind, line));
  }
  return problems.length > 0 ? problems : ofJson(lines);
};

/** One finding of knip; what is used and not declared, or not there, keeps the code from running. */
export function knipProblem({ kind, name, file, line = null, column = null }: Finding): Problem {
  const place = { file, line, column };
  const message = `${kind}: ${name}`;
  if (/^Unlisted dep/.test(kind))
    return {
      category: 'missing_dependency',
      subcategory: 'undeclared',
      message,
      ...place,
      code: kind,
      symbol: name,
    };
  if (/^Unresolved/.test(kind))
    return { category: categoryOfSpecifier(name), message, ...place, code: kind, symbol: name };
  return { category: 'lint', message, ...place, code: kind, symbol: name === file ? kind : name };
}

function listed(kind: string, line: string): Problem[] {
  const [name = '', ...rest] = line.trim().split(/\s{2,}/);
  // Between them some versions say what is exported.
  const at = rest.at(-1);
  const compact = at === undefined ? COMPACT.exec(line) : null;
  if (compact) return [knipProblem({ kind, name: compact[2] ?? '', file: compact[1] ?? '' })];
  const [, file, row, column] = PLACE.exec(at ?? name) ?? [];
  if (file === undefined) return [];
  return [
    knipProblem({ kind, name, file, line: row ? Number(row) : null, column: column ? Number(column) : null }),
  ];
}

const item = z.object({ name: z.string(), line: z.number().optional(), col: z.number().optional() });
const items = z.array(item).default([]);
/** https://knip.dev/features/reporters#json */
const reportSchema = z.object({
  issues: z.array(
    z.object({
      file: z.string(),
      files: items,
      dependencies: items,
      devDependencies: items,
      unlisted: items,
      unresolved: items,
      binaries: items,
      exports: items,
      types: items,
    }),
  ),
});
const HEADINGS: Readonly<Record<string, string>> = {
  files: 'Unused files',
  dependencies: 'Unused dependencies',
  devDependencies: 'Unused devDependencies',
  unlisted: 'Unlisted dependencies',
  unresolved: 'Unresolved imports',
  binaries: 'Unlisted binaries',
  exports: 'Unused exports',
  types: 'Unused exported types',
};

function ofJson(lines: readonly string[]): Problem[] {
  const documents = jsonDocuments(lines, /"devDependencies":\[/);
  return documents
    .flatMap((document) => reportSchema.safeParse(document).data?.issues ?? [])
    .flatMap(({ file, ...kinds }) =>
      Object.entries(kinds).flatMap(([key, found]) =>
        found.map(({ name, line, col }) =>
          knipProblem({ kind: HEADINGS[key] ?? key, name, file, line: line ?? null, column: col ?? null }),
        ),
      ),
    );
}
