import { z } from 'zod';
import type { Problem } from './problem.ts';
import { pyrightProblem } from './pyright.ts';
import { meaningOfMypy, pythonLint } from './python-linters.ts';

/** https://microsoft.github.io/pyright/#/command-line?id=json-output; counts from 0. */
const pyright = z
  .object({
    generalDiagnostics: z.array(
      z.object({
        file: z.string(),
        severity: z.string(),
        message: z.string(),
        range: z.object({ start: z.object({ line: z.number(), character: z.number() }) }).nullish(),
        rule: z.string().nullish(),
      }),
    ),
  })
  .transform(({ generalDiagnostics }) =>
    generalDiagnostics
      .filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ file, severity, message, range, rule }) =>
        pyrightProblem({
          file,
          line: range ? range.start.line + 1 : null,
          column: range ? range.start.character + 1 : null,
          level: severity,
          message,
          rule: rule ?? null,
        }),
      ),
  );

/** https://mypy.readthedocs.io/en/stable/command_line.html, `--output json`: a line each; the column counts from 0. */
const mypy = z
  .object({
    file: z.string(),
    line: z.number(),
    column: z.number(),
    message: z.string(),
    hint: z.string().nullable(),
    code: z.string().nullable(),
    severity: z.string(),
  })
  .transform(({ file, line, column, message, code, severity }): Problem[] =>
    severity === 'note'
      ? []
      : [
          {
            ...meaningOfMypy(message, code),
            severity: severity === 'warning' ? 'warning' : 'error',
            message,
            file,
            line,
            column: column + 1,
            code,
            rule: `mypy/${code ?? 'error'}`,
          },
        ],
  );

const pylintFinding = z.object({
  type: z.string(),
  path: z.string(),
  line: z.number(),
  column: z.number(),
  symbol: z.string(),
  message: z.string(),
  'message-id': z.string().optional(),
  messageId: z.string().optional(),
});
const ofPylint = (found: readonly z.infer<typeof pylintFinding>[]): Problem[] =>
  found.map(({ path: file, line, column, symbol, message, ...ids }) =>
    pythonLint({
      file,
      line,
      column: column + 1,
      message,
      code: ids['message-id'] ?? ids.messageId ?? symbol,
    }),
  );

const schemas: readonly z.ZodType<Problem[]>[] = [
  pyright,
  mypy,
  // https://pylint.readthedocs.io/en/stable/user_guide/usage/output.html: `json` and `json2`
  z.array(pylintFinding).transform(ofPylint),
  z.object({ messages: z.array(pylintFinding) }).transform(({ messages }) => ofPylint(messages)),
];

/** What the checkers of Python write for programs: pyright, mypy, pylint; none: it is of none of them. */
export function problemsOfPythonJson(document: unknown): Problem[] {
  for (const schema of schemas) {
    const found = schema.safeParse(document);
    if (found.success) return found.data;
  }
  return [];
}
