import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';

const AZURE = /^##vso\[task\.logissue ([^\]]{1,2000})\](.*)$/;
const TEAMCITY = /^##teamcity\[inspection (.*)\]$/;

/**
 * Findings of linters in the words of a build service.
 * https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands, https://www.jetbrains.com/help/teamcity/service-messages.html
 */
export const parsePipelineMessages: Parser = (lines) =>
  lines.flatMap((line) => (line.startsWith('##') ? (azure(line) ?? teamcity(line) ?? []) : []));

function azure(line: string): Problem | null {
  const [, list = '', message = ''] = AZURE.exec(line) ?? [];
  const {
    sourcepath: file,
    linenumber,
    columnnumber,
    type,
    code,
  } = Object.fromEntries(
    list.split(';').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  if (file === undefined) return null;
  return findingOfLinter({
    file,
    line: Number(linenumber ?? 0),
    column: Number(columnnumber ?? 0),
    level: type ?? 'error',
    message,
    rule: code ?? null,
  });
}

function teamcity(line: string): Problem | null {
  const list = TEAMCITY.exec(line)?.[1];
  if (list === undefined) return null;
  const values: Record<string, string> = {};
  for (const [, name = '', value = ''] of list.matchAll(/(\w{1,40})='((?:[^'|]|\|.){0,2000})'/g))
    values[name] = value.replaceAll(/\|(['|[\]])/g, '$1');
  const { typeId, message = '', file = '', line: row, SEVERITY: level = 'ERROR' } = values;
  return typeId === undefined
    ? null
    : findingOfLinter({ file, line: Number(row ?? 0), level, message, rule: typeId });
}
