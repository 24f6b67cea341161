import { failedTest } from './failed-test.ts';
import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';
import { pytestFailure } from './pytest.ts';
import { type Attributes, tagAt, unescaped } from './xml.ts';

const OF_PYTEST = /<testsuites? name="pytest[" ]/;
const PYTEST_SUMMARY = /^={3,} (?:FAILURES|ERRORS|short test summary)/;

/** Reports in JUnit's XML as vitest, node:test, mocha (`xunit`) and pytest print them: a `testcase` with a `failure` or an `error` in it. */
export const parseTestXml: Parser = (lines) => {
  if (!lines.some((line) => /^\s*<testsuites?[\s>]/.test(line))) return [];
  const text = lines.join('\n');
  // pytest says it all in its own words, too, where they are there.
  if (OF_PYTEST.test(text) && lines.some((line) => PYTEST_SUMMARY.test(line))) return [];
  const problems: Problem[] = [];
  let suite = '';
  for (const [index, testcase] of text.split('<testcase').entries()) {
    const { attributes, end } = tagAt(testcase, 0);
    const body = testcase.slice(end);
    const failure = index === 0 ? null : /<(failure|error)\b/.exec(body);
    if (failure) {
      const said = failureIn(body, failure);
      problems.push(ofLinter(attributes, said, suite) ?? problemOf(attributes, said));
    }
    suite = suiteIn(body) ?? suite;
  }
  return problems;
};

/** The name of the group whose tests follow. */
function suiteIn(text: string): string | null {
  const start = text.lastIndexOf('<testsuite ');
  return start < 0 ? null : (tagAt(text, start + '<testsuite'.length).attributes.get('name') ?? '');
}

/** eslint, biome, oxlint and ruff: the group is the file, the test the rule, and the failure begins with the place. */
function ofLinter(attributes: Attributes, said: string, file: string): Problem | null {
  const place = /^line (\d{1,9}), col(?:umn)? (\d{1,9}), (?:(Error|Warning) - )?(.*)/.exec(said.trim());
  if (!place) return null;
  const [, line, column, level = 'error', message = ''] = place;
  return findingOfLinter({
    file,
    line: Number(line),
    column: Number(column),
    level,
    message,
    rule: attributes.get('name') ?? null,
  });
}

function problemOf(attributes: Attributes, text: string): Problem {
  const name = attributes.get('name') ?? '';
  const group = attributes.get('classname') ?? '';
  const block = text.trim().split('\n');
  if (block.some((line) => /^E {2,}\S/.test(line)))
    return pytestFailure(group === '' ? `ERROR collecting ${name}` : name, block);
  // vitest names the file as the class, and a file that does not load as its only test.
  if (/^\S+\.[cm]?[jt]sx?$/.test(group))
    return failedTest({ file: group, names: name === group ? '' : name }, block);
  const names = [group === 'test' ? '' : group, name].filter(Boolean).join(' > ');
  return failedTest({ file: attributes.get('file') ?? null, names }, block);
}

/** The error with its stack: node:test wraps the one that was thrown, mocha puts a difference before it. */
function failureIn(body: string, found: RegExpExecArray): string {
  const { attributes, end } = tagAt(body, found.index + found[0].length);
  const close = body.indexOf(`</${found[1]}>`, end);
  const text = unescaped(body.slice(end + 1, close < 0 ? undefined : close));
  const thrown = /^ {2}cause: /m.exec(text) ?? /^(?=\w*Error(?: \[\w+\])?: )/m.exec(text);
  const error = thrown ? text.slice(thrown.index + thrown[0].length) : text;
  return error.trim() === '' ? (attributes.get('message') ?? '') : error;
}
