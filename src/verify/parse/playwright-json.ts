import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { failedTest } from './failed-test.ts';
import { parsePlaywright } from './other-runners.ts';
import type { Problem } from './problem.ts';
import { isOwn } from './stack.ts';

const errorSchema = z.object({
  message: z.string().optional(),
  stack: z.string().optional(),
  location: z.object({ file: z.string() }).optional(),
});
const specSchema = z.object({
  title: z.string(),
  ok: z.boolean(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  tests: z.array(z.object({ results: z.array(z.object({ error: errorSchema.optional() })) })),
});
const suiteSchema = z.object({
  title: z.string(),
  specs: z.array(specSchema),
  get suites() {
    return z.array(suiteSchema).optional();
  },
});
const reportSchema = z.object({
  config: z.object({}),
  suites: z.array(suiteSchema),
  errors: z.array(errorSchema).default([]),
});
/** Said again where the only file did not load. */
const NO_TESTS = /^(?:Error: )?No tests found/;
type Suite = z.infer<typeof suiteSchema>;

/** https://playwright.dev/docs/test-reporters#json-reporter, as what the other reporters print. */
export function parsePlaywrightJson(document: unknown): Problem[] {
  const report = reportSchema.safeParse(document).data;
  if (!report) return [];
  const unloaded = report.errors.filter(({ message }) => !NO_TESTS.test(message ?? ''));
  if (unloaded.length === 0 && report.errors.length > 0)
    return [{ category: 'no_tests', message: 'Error: No tests found', symbol: 'No tests found' }];
  const notLoaded = unloaded.map((error) => failedTest({ file: fileOf(error), names: '' }, linesOf(error)));
  // The outermost suites are files.
  return [...notLoaded, ...parsePlaywright(report.suites.flatMap((suite) => printed(suite, [])))];
}

function printed({ specs, suites = [] }: Suite, titles: readonly string[]): string[] {
  const own = specs.filter(({ ok }) => !ok).flatMap((spec) => printedSpec(spec, titles));
  return [...own, ...suites.flatMap((suite) => printed(suite, [...titles, suite.title]))];
}

function printedSpec(
  { file, line, column, title, tests }: z.infer<typeof specSchema>,
  titles: readonly string[],
) {
  const errors = tests.flatMap(({ results }) => results.flatMap(({ error }) => error ?? []));
  const head = `  1) ${file}:${line}:${column} › ${[...titles, title].join(' › ')}`;
  return [head, ...linesOf(errors[0] ?? {}).map((text) => `    ${text}`)];
}

/** A file that does not load is named by what it imports where the place is that of a loader. */
function fileOf({ location, message = '' }: z.infer<typeof errorSchema>): string | null {
  const file = location?.file;
  return file !== undefined && isOwn(file) ? file : (/ imported from (\S+)/.exec(message)?.[1] ?? null);
}

function linesOf({ stack, message = '' }: z.infer<typeof errorSchema>): string[] {
  return stripVTControlCharacters(stack ?? message).split('\n');
}
