import { z } from 'zod';
import { jsonDocuments } from './json-documents.ts';

/** `npm --json` (npm's lib/utils/display: `error` holds the code, a summary and details). */
const npmSchema = z.object({
  error: z.object({ code: z.string(), summary: z.string().default(''), detail: z.string().default('') }),
});
/** `pnpm --reporter=ndjson` (@pnpm/logger). */
const pnpmSchema = z.object({
  level: z.literal('error'),
  code: z.string(),
  hint: z.string().default(''),
  err: z.object({ message: z.string() }),
});

/** A key of both. */
const TELLING = /"(?:error|level)":/;

/** What npm and pnpm say in JSON, as the lines they print for people; null where they do not. */
export function asPackageManagersPrint(lines: readonly string[]): readonly string[] | null {
  if (lines.some((line) => /^npm (?:error|ERR!) /.test(line))) return null;
  const printed = jsonDocuments(lines, TELLING).flatMap(
    (document) => ofNpm(document) ?? ofPnpm(document) ?? [],
  );
  return printed.length > 0 ? printed : null;
}

function ofNpm(document: unknown): string[] | null {
  const error = npmSchema.safeParse(document).data?.error;
  if (!error) return null;
  const words = `${error.summary}\n${error.detail}`.split('\n');
  return [`code ${error.code}`, ...words].map((line) => `npm error ${line}`);
}

function ofPnpm(document: unknown): string[] | null {
  const said = pnpmSchema.safeParse(document).data;
  return said ? [` ${said.code}  ${said.err.message}`, '', ...said.hint.split('\n')] : null;
}
