import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { failedTest } from './failed-test.ts';
import { parseJest } from './jest.ts';
import { jsonDocuments } from './json-documents.ts';
import { parsePlaywrightJson } from './playwright-json.ts';
import type { Parser, Problem } from './problem.ts';

const assertionSchema = z.object({
  ancestorTitles: z.array(z.string()).default([]),
  title: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
});
/** https://jestjs.io/docs/cli#--json; vitest writes the same shape without `openHandles`. */
const jestSchema = z.object({
  openHandles: z.array(z.unknown()).optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(assertionSchema),
    }),
  ),
});
type FileResult = z.infer<typeof jestSchema>['testResults'][number];

/** https://mochajs.org/#json */
const mochaFailureSchema = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: z.string().nullish(),
  err: z.union([z.string(), z.object({ stack: z.string().optional(), message: z.string().optional() })]),
  stack: z.string().nullish(),
});
const mochaSchema = z.object({ stats: z.object({}), failures: z.array(mochaFailureSchema) });
const mochaEventSchema = z.tuple([z.literal('fail'), mochaFailureSchema]);

/** A key of every report that is read here. */
const TELLING = /"(?:testResults|stats|suites|fullTitle)"/;

/** What jest, vitest, Playwright and mocha write for programs: `--json`, `--reporter=json`, `-R json`, `-R json-stream`. */
export const parseTestJson: Parser = (lines) => jsonDocuments(lines, TELLING).flatMap(problemsOf);

function problemsOf(document: unknown): Problem[] {
  const jest = jestSchema.safeParse(document).data;
  if (jest) {
    const failed = jest.testResults.filter(({ status }) => status === 'failed');
    return jest.openHandles ? parseJest(failed.flatMap(asJestPrints)) : failed.flatMap(ofVitest);
  }
  const playwright = parsePlaywrightJson(document);
  if (playwright.length > 0) return playwright;
  const event = mochaEventSchema.safeParse(document).data;
  const failures = mochaSchema.safeParse(document).data?.failures ?? (event ? [event[1]] : []);
  return failures.map(ofMocha);
}

/** The message of a file holds what the default reporter prints of it. */
function asJestPrints({ name, message }: FileResult): string[] {
  return [`FAIL ${name}`, ...toPlainLines(message), 'Test Suites:'];
}

function ofVitest({ name: file, message, assertionResults }: FileResult): Problem[] {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [failedTest({ file, names: '' }, toPlainLines(message))];
  return failed.map(({ ancestorTitles, title, failureMessages }) =>
    failedTest(
      { file, names: [...ancestorTitles, title].filter(Boolean).join(' > ') },
      toPlainLines((failureMessages ?? []).join('\n')),
    ),
  );
}

function ofMocha({ title, fullTitle, file, err, stack }: z.infer<typeof mochaFailureSchema>): Problem {
  const above = fullTitle.endsWith(title) ? fullTitle.slice(0, -title.length).trim() : '';
  const said = typeof err === 'string' ? (stack ?? err) : (err.stack ?? err.message ?? '');
  return failedTest(
    { file: file ?? null, names: [above, title].filter(Boolean).join(' > ') },
    toPlainLines(said),
  );
}

function toPlainLines(text: string): string[] {
  return stripVTControlCharacters(text).split('\n');
}
