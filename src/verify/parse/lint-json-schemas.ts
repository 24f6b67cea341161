import { z } from 'zod';
import type { LintFinding } from './eslint.ts';

const number = z.number().nullish().default(null);
const text = z.string().nullish().default(null);
const position = z.object({ line: number, column: number });

/** https://eslint.org/docs/latest/use/formatters/ */
const eslintFile = z.object({
  filePath: z.string(),
  messages: z.array(
    z.object({ line: number, column: number, severity: z.number(), message: z.string(), ruleId: text }),
  ),
});
const ofEslint = (files: readonly z.infer<typeof eslintFile>[]): LintFinding[] =>
  files.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, severity, ...rest }) => ({
      ...rest,
      file: filePath,
      level: severity === 1 ? 'warning' : 'error',
      rule: ruleId,
    })),
  );

/** https://stylelint.io/user-guide/options#formatter */
const stylelint = z
  .array(
    z.object({
      source: text,
      warnings: z.array(
        z.object({ line: number, column: number, rule: text, severity: z.string(), text: z.string() }),
      ),
    }),
  )
  .transform((files): LintFinding[] =>
    files.flatMap(({ source, warnings }) =>
      warnings.map(({ severity, text: message, ...rest }) => ({
        ...rest,
        file: source ?? '',
        level: severity,
        message,
      })),
    ),
  );

/** https://biomejs.dev/reference/reporters/#json; before 2.4 without lines. */
const biome = z
  .object({
    diagnostics: z.array(
      z.object({
        severity: z.string(),
        category: z.string(),
        message: z.string().optional(),
        description: z.string().optional(),
        location: z.object({
          path: z.union([z.string(), z.object({ file: z.string() })]).nullish(),
          start: position.nullish(),
        }),
      }),
    ),
  })
  .transform(({ diagnostics }): LintFinding[] =>
    diagnostics.map(({ severity, category, message, description, location: { path, start } }) => ({
      file: typeof path === 'string' ? path : (path?.file ?? ''),
      line: start?.line ?? null,
      column: start?.column ?? null,
      level: severity,
      message: message ?? description ?? '',
      rule: category,
    })),
  );

/** oxlint's `-f json` */
const oxlint = z
  .object({
    diagnostics: z.array(
      z.object({
        message: z.string(),
        code: text,
        severity: z.string(),
        filename: z.string(),
        labels: z.array(z.object({ span: position })),
      }),
    ),
  })
  .transform(({ diagnostics }): LintFinding[] =>
    diagnostics.map(({ message, code, severity, filename, labels }) => ({
      ...(labels[0]?.span ?? { line: null, column: null }),
      file: filename,
      level: severity,
      message,
      rule: code,
    })),
  );

/** https://github.com/reviewdog/reviewdog/tree/master/proto/rdf */
const reviewdogDiagnostic = z.object({
  message: z.string(),
  // biome has none for a file to be formatted.
  location: z.object({ path: z.string(), range: z.object({ start: position }).nullish() }).optional(),
  severity: text,
  code: z.object({ value: text }).nullish(),
});
const ofReviewdog = (diagnostics: readonly z.infer<typeof reviewdogDiagnostic>[]): LintFinding[] =>
  diagnostics.map(({ message, location, severity, code }) => ({
    file: location?.path ?? '',
    line: location?.range?.start.line ?? null,
    column: location?.range?.start.column ?? null,
    level: severity ?? 'ERROR',
    message,
    rule: code?.value ?? null,
  }));

/** https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; `minor` and below are warnings of the linters that make it. */
const gitlab = z
  .array(
    z.object({
      description: z.string(),
      check_name: text,
      severity: text,
      location: z.object({
        path: z.string(),
        lines: z.object({ begin: number }).nullish(),
        positions: z.object({ begin: position }).nullish(),
      }),
    }),
  )
  .transform((issues): LintFinding[] =>
    issues.map(({ description, check_name: rule, severity, location: { path, lines, positions } }) => ({
      file: path,
      line: positions?.begin.line ?? lines?.begin ?? null,
      column: positions?.begin.column ?? null,
      level: severity === 'minor' || severity === 'info' ? 'warning' : 'error',
      message: description,
      rule,
    })),
  );

/** https://docs.astral.sh/ruff/settings/#output-format, `json` and `json-lines` */
const ruffFinding = z.object({
  code: text,
  filename: z.string(),
  end_location: z.object({}).nullable(),
  location: z.object({ row: number, column: number }).nullish(),
  message: z.string(),
});
const ofRuff = (findings: readonly z.infer<typeof ruffFinding>[]): LintFinding[] =>
  findings.map(({ code, filename, location, message }) => ({
    file: filename,
    line: location?.row ?? null,
    column: location?.column ?? null,
    level: 'error',
    message,
    rule: code ?? 'invalid-syntax',
  }));

/** https://github.com/DavidAnson/markdownlint#result-object */
const markdownlint = z
  .array(
    z.object({
      fileName: z.string(),
      lineNumber: number,
      ruleNames: z.array(z.string()),
      ruleDescription: z.string(),
      severity: text,
    }),
  )
  .transform((findings): LintFinding[] =>
    findings.map(({ fileName, lineNumber, ruleNames, ruleDescription, severity }) => ({
      file: fileName,
      line: lineNumber,
      level: severity ?? 'error',
      message: ruleDescription,
      rule: ruleNames.slice(0, 2).join('/'),
    })),
  );

/** One for each shape, the more particular first. */
export const LINT_SCHEMAS: readonly z.ZodType<LintFinding[]>[] = [
  z.array(eslintFile).transform(ofEslint),
  z.object({ results: z.array(eslintFile) }).transform(({ results }) => ofEslint(results)),
  stylelint,
  oxlint,
  biome,
  z
    .object({ diagnostics: z.array(reviewdogDiagnostic) })
    .transform(({ diagnostics }) => ofReviewdog(diagnostics)),
  gitlab,
  z.array(ruffFinding).transform(ofRuff),
  ruffFinding.transform((finding) => ofRuff([finding])),
  reviewdogDiagnostic.required({ location: true }).transform((diagnostic) => ofReviewdog([diagnostic])),
  markdownlint,
];
