import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';

const CONCISE =
  /^([×✖!⚠]) (\S[^:]{0,400}?)(?::(\d+):(\d+))?: ((?:lint|parse|syntax|assist|suppressions|plugin)(?:\/\S{1,200})?|format|organizeImports): (.*)$/;
const SECTION = /^reporter\/(parse|format|violations) ━/;
const LISTED = /^ {2}- (\S+)(?: \((.{1,80})\))?$/;
const NOT_FORMATTED = 'Formatter would have printed the following content';

/** Biome's reporters `concise` and `summary`; and what it says of itself where a report has no word of the files (`junit`). */
export const parseBiomeBrief: Parser = (lines) => {
  const problems: Problem[] = [];
  let section: string | null = null;
  for (const line of lines) {
    const match = CONCISE.exec(line);
    if (match) problems.push(concise(match));
    section = SECTION.exec(line)?.[1] ?? (/^\S/.test(line) ? null : section);
    const listed = section === null ? null : LISTED.exec(line);
    if (listed && section) problems.push(summed(section, listed[1] ?? '', listed[2] ?? ''));
  }
  return problems;
};

function concise([, mark, file = '', line, column, rule = '', message = '']: RegExpExecArray): Problem {
  return findingOfLinter({
    file,
    line: Number(line ?? 0),
    column: Number(column ?? 0),
    level: mark === '!' || mark === '⚠' ? 'warning' : 'error',
    message,
    rule,
  });
}

function summed(section: string, file: string, counts: string): Problem {
  const place = { file, line: 0 };
  if (section !== 'violations')
    return findingOfLinter({
      ...place,
      level: 'error',
      message: section === 'format' ? NOT_FORMATTED : 'cannot be parsed',
      rule: section,
    });
  const level = /^\d+ warnings?$/.test(counts) ? 'warning' : 'error';
  return findingOfLinter({ ...place, level, message: `${counts} of rules`, rule: null });
}
