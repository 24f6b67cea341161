import { failedTest } from './failed-test.ts';
import { knipProblem } from './knip.ts';
import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';

const ANNOTATION = /^::(error|warning) ([^:]*(?::(?!:)[^:]*)*)::(.*)$/;
/** biome's `lint/suspicious/noDebugger`, oxlint's `eslint(no-debugger)`, ruff's `Ruff (F401)`. */
const LINT_RULE = /^lint\/\w+\/\w+$|^[\w-]+ ?\([\w/@-]+\)$/;

/** stylelint ends with the rule and its page. */
const OF_STYLELINT = /^(.*) \(([\w@/.-]{1,120})\)(?: - https:\S+)?$/;

/**
 * Annotations for GitHub's checks, where they are all that a tool prints: of vitest and jest (`github-actions`), biome and oxlint (`github`).
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
 */
export const parseAnnotations: Parser = (lines) =>
  // With other words for people the annotations say the same again.
  lines.some((line) => /^\s*(?:FAIL|❌)\s|^\s+● /.test(line))
    ? []
    : lines.flatMap((line) => problemOf(line) ?? []);

function problemOf(line: string): Problem | null {
  const [, level, list = '', said = ''] = ANNOTATION.exec(line) ?? [];
  if (level === undefined) return null;
  const { title = '', file = '', line: row, col, column } = propertiesOf(list);
  const message = unescaped(said);
  const place = { file, line: numberOf(row), column: numberOf(col ?? column) };
  if (LINT_RULE.test(title) || title === 'oxlint')
    return findingOfLinter({
      ...place,
      level,
      message: withoutPlace(message),
      rule: title === 'oxlint' ? null : title,
    });
  const [, bare, behind] = (title === 'Stylelint problem' && OF_STYLELINT.exec(message)) || [];
  if (bare !== undefined) return findingOfLinter({ ...place, level, message: bare, rule: behind ?? null });
  const knip = /Knip \/ (\w[\w ]{1,60})$/.exec(title)?.[1];
  if (knip) return knipProblem({ ...place, kind: knip, name: message.replace(/ in \S+$/, '') });
  if (level === 'warning') return null;
  if (title === 'format') return { category: 'format', message, ...place, code: 'format', symbol: 'format' };
  if (/^(?:parse|syntax)$/.test(title)) return { category: 'syntax_error', message, ...place };
  return failedTestOf(title, message, place);
}

/** oxlint and ruff begin with the place again, ruff also with the rule. */
function withoutPlace(message: string): string {
  return message.replace(/^\S{1,300}:\d{1,9}:\d{1,9}: (?:[A-Z]{1,4}\d{3,4} |invalid-syntax: )?/, '');
}

interface Place {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

function failedTestOf(title: string, message: string, place: Place): Problem | null {
  const [, testFile, names = ''] = /^(\S+\.[cm]?[jt]sx?)((?: > .+)?)$/.exec(title) ?? [];
  // Playwright's annotations repeat what it prints anyway.
  const isOfJest = title.includes(' › ') && !/^\S+:\d+:\d+ › /.test(title);
  if (testFile === undefined && !isOfJest) return null;
  const test =
    testFile === undefined
      ? { file: place.file, names: title.replaceAll(' › ', ' > ') }
      : { file: testFile, names: names.replace(/^ > /, '') };
  const found = failedTest(test, message.split('\n'));
  return { ...found, line: found.line ?? place.line, column: found.column ?? place.column };
}

/** `file=a.ts,line=3,title=a, b`: values hold no comma, it is written %2C; vitest leaves it in titles. */
function propertiesOf(list: string): Readonly<Record<string, string>> {
  const pairs = list.split(/,(?=\w+=)/).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), unescaped(pair.slice(at + 1))] as const;
  });
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  const meant: Readonly<Record<string, string>> = {
    '%0A': '\n',
    '%0D': '',
    '%2C': ',',
    '%3A': ':',
    '%25': '%',
  };
  return text.replaceAll(/%(?:0A|0D|2C|3A|25)/g, (code) => meant[code] ?? code);
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || !/^\d{1,9}$/.test(text) ? null : Number(text);
}
