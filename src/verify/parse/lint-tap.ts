import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';

const FILE = /^not ok \d+ - (\S.*)$/;
/** A rule of stylelint; eslint has keys of its own there. */
const KEY = /^ {2}(?!data:|messages:)([\w@/.-]{1,120}):$/;
const ITEM = /^ *(?:- )?(message|severity|line|column|ruleId): (.*)$/;

/** Whether the lines are TAP of a linter, whose tests are files. */
export function isLintTap(lines: readonly string[]): boolean {
  return (
    lines.some((line) => /^TAP version 1[34]$/.test(line)) &&
    lines.some((line) => /^ +severity: (?:error|warning)$/.test(line))
  );
}

/** TAP of eslint and stylelint: for each file a list of what was found, of stylelint below the names of the rules. */
export const parseLintTap: Parser = (lines) => {
  if (!isLintTap(lines)) return [];
  const problems: Problem[] = [];
  let file = '';
  let rule = '';
  let values: Record<string, string> = {};
  const flush = () => {
    if (values['message'] !== undefined) problems.push(problemOf(file, rule, values));
    values = {};
  };
  for (const line of lines) {
    const named = FILE.exec(line)?.[1];
    const key = KEY.exec(line)?.[1];
    const [, name, value = ''] = ITEM.exec(line) ?? [];
    if (named !== undefined || key !== undefined || name === 'message' || line === '  ...') flush();
    if (named !== undefined) file = named;
    if (key !== undefined) rule = key;
    if (name !== undefined) values[name] = value;
  }
  flush();
  return problems;
};

function problemOf(file: string, group: string, values: Readonly<Record<string, string>>): Problem {
  const rule = values['ruleId'] ?? group;
  return findingOfLinter({
    file,
    line: Number(values['line'] ?? 0),
    column: Number(values['column'] ?? 0),
    level: values['severity'] ?? 'error',
    message: unquoted(values['message'] ?? ''),
    rule: rule === '' ? null : rule,
  });
}

/** A scalar of YAML in single or double quotes. */
function unquoted(value: string): string {
  if (/^'.*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  return /^".*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : value;
}
