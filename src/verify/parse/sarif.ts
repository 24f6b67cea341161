import { z } from 'zod';
import type { LintFinding } from './eslint.ts';

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html sections 3.27 and 3.28 */
const resultSchema = z.object({
  ruleId: z.string().nullish(),
  level: z.string().default('warning'),
  message: z.object({ text: z.string().default('') }),
  locations: z
    .array(
      z.object({
        physicalLocation: z.object({
          artifactLocation: z.object({ uri: z.string() }),
          region: z.object({ startLine: z.number().nullish(), startColumn: z.number().nullish() }).nullish(),
        }),
      }),
    )
    .default([]),
});
const sarifSchema = z.object({
  runs: z.array(
    z.object({
      results: z.array(resultSchema).default([]),
      /** What kept the tool from looking: eslint puts files there that it cannot parse. */
      invocations: z
        .array(z.object({ toolConfigurationNotifications: z.array(resultSchema).default([]) }))
        .default([]),
    }),
  ),
});

/** The results of a log in SARIF; none: it is no such log. */
export function findingsOfSarif(document: unknown): LintFinding[] {
  const runs = sarifSchema.safeParse(document).data?.runs ?? [];
  return runs.flatMap(({ results, invocations }) =>
    [...invocations.flatMap((one) => one.toolConfigurationNotifications), ...results]
      .filter(({ level }) => level === 'error' || level === 'warning')
      .map(({ ruleId, level, message, locations }) => {
        const at = locations[0]?.physicalLocation;
        return {
          file: pathOf(at?.artifactLocation.uri ?? ''),
          line: at?.region?.startLine ?? null,
          column: at?.region?.startColumn ?? null,
          level,
          message: message.text,
          rule: ruleId ?? null,
        };
      }),
  );
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:\/\//, ''));
  } catch {
    return uri;
  }
}
