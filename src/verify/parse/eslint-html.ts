import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';
import { unescaped } from './xml.ts';

const PLACE = /^\s*<td>(\d{1,9}):(\d{1,9})<\/td>$/;
const CELL = /^\s*<td(?: class="clr-\d")?>(.*)<\/td>$/;
const RULE = /^\s*<a [^>]{0,400}>([^<]{1,120})<\/a>$/;

/** ESLint's `-f html`: a row for each file, and below it one for each finding with a cell on every line. */
export const parseEslintHtml: Parser = (lines) => {
  if (!lines.some((line) => line.trim() === '<title>ESLint Report</title>')) return [];
  const problems: Problem[] = [];
  let file = '';
  for (const [index, line] of lines.entries()) {
    file = /^\s*\[\+\] (\S.*)$/.exec(line)?.[1] ?? file;
    const [, row, column] = PLACE.exec(line) ?? [];
    if (row === undefined) continue;
    const [level, message] = [1, 2].map((below) => CELL.exec(lines[index + below] ?? '')?.[1] ?? '');
    const rule = lines.slice(index + 3, index + 6).map((next) => RULE.exec(next)?.[1]);
    problems.push(
      findingOfLinter({
        file: unescaped(file),
        line: Number(row),
        column: Number(column),
        level: level ?? 'error',
        message: unescaped(message ?? ''),
        rule: rule.find(Boolean) ?? null,
      }),
    );
  }
  return problems;
};
