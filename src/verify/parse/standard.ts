import { lintProblem } from './eslint.ts';
import type { Parser, Problem } from './problem.ts';

const BANNER = /^(?:\w+-)?standard(?:x|-\w+)?: \S/;
const FINDING = /^ {2}((?:[A-Za-z]:)?[^\s:][^:]*):(\d+):(\d+): (\S.*?)(?: \(([\w@/.-]+)\))?( \(warning\))?$/;

/** standard and its relatives (semistandard, ts-standard): one indented line a finding, and a banner on the other stream, before or after. */
export const parseStandard: Parser = (lines) => {
  if (!lines.some((line) => BANNER.test(line))) return [];
  return lines.flatMap((line): Problem[] => {
    const finding = FINDING.exec(line);
    if (!finding) return [];
    const [, file = '', row, column, message = '', rule, warning] = finding;
    return [
      lintProblem({
        file,
        line: Number(row),
        column: Number(column),
        level: warning ? 'warning' : 'error',
        message,
        rule: rule === undefined || rule === 'null' ? null : rule,
      }),
    ];
  });
};
