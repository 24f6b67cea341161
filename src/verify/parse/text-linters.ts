import { lintProblem } from './eslint.ts';
import type { Parser, Problem } from './problem.ts';

const CSPELL =
  /^(\S[^:]{0,400}):(\d{1,9}):(\d{1,9}) - ((?:Unknown|Misspelled|Forbidden) word \(([^)]{1,200})\))/;
const MARKDOWNLINT =
  /^(\S[^:]{0,400}\.\w{1,10}):(\d{1,9})(?::(\d{1,9}))? (?:(error|warning) )?(MD\d{3}(?:\/[\w-]{1,80}){0,3}) (.*)$/;
const CRUISED = /^ {2}(error|warn) ([\w@/.-]{1,120}): (\S{1,400})(?: → ?(.*))?$/;
const OF_CRUISER = /^\S? ?\d+ dependency violations? \(\d+ errors?, /;
const PUBLINT_SECTION = /^(Errors|Warnings|Suggestions):$/;

/** Linters of what is no program: cspell, markdownlint, dependency-cruiser, publint. */
export const parseTextLinters: Parser = (lines) => {
  const isCruised = lines.some((line) => OF_CRUISER.test(line.trim()));
  const isPublint = lines.some((line) => /^Running publint v\d/.test(line));
  let section = '';
  return lines.flatMap((line) => {
    section = PUBLINT_SECTION.exec(line)?.[1] ?? section;
    return (
      spelling(line) ??
      markdown(line) ??
      (isCruised ? cruised(line) : null) ??
      (isPublint && section !== '' ? published(line, section) : null) ??
      []
    );
  });
};

function spelling(line: string): Problem | null {
  const [, file, row, column, message = '', word = ''] = CSPELL.exec(line) ?? [];
  if (file === undefined) return null;
  const place = { file, line: Number(row), column: Number(column) };
  return { category: 'lint', message, ...place, code: 'cspell', symbol: word };
}

function markdown(line: string): Problem | null {
  const [, file, row, column, level = 'error', rule = '', message = ''] = MARKDOWNLINT.exec(line) ?? [];
  if (file === undefined) return null;
  return lintProblem({
    file,
    line: Number(row),
    column: column ? Number(column) : null,
    level,
    message,
    rule,
  });
}

function cruised(line: string): Problem | null {
  const [, level = '', rule = '', file, to = ''] = CRUISED.exec(line) ?? [];
  return file === undefined
    ? null
    : lintProblem({ file, line: null, level, message: `${file} → ${to}`, rule });
}

function published(line: string, section: string): Problem | null {
  const [, message, field] =
    /^\d{1,3}\. ((pkg(?:\.[\w$-]{1,60}|\["[^"\]]{1,100}"\]){1,8})? ?.*)$/.exec(line) ?? [];
  if (message === undefined) return null;
  return {
    category: 'lint',
    severity: section === 'Errors' ? 'error' : 'warning',
    message,
    file: 'package.json',
    symbol: field ?? null,
  };
}
