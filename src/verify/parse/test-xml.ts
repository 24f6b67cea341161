import { failedTest } from './failed-test.ts';
import type { Parser, Problem } from './problem.ts';

/** Reports in JUnit's XML as vitest, node:test and mocha (`xunit`) print them: a `testcase` with a `failure` or an `error` in it. */
export const parseTestXml: Parser = (lines) => {
  if (!lines.some((line) => /^\s*<testsuites?[\s>]/.test(line))) return [];
  const text = lines.join('\n');
  const problems: Problem[] = [];
  for (const testcase of text.split('<testcase').slice(1)) {
    const { attributes, end } = tagAt(testcase, 0);
    const body = testcase.slice(end);
    const failure = /<(failure|error)\b/.exec(body);
    if (failure) problems.push(problemOf(attributes, failureIn(body, failure)));
  }
  return problems;
};

type Attributes = ReadonlyMap<string, string>;

function problemOf(attributes: Attributes, text: string): Problem {
  const name = attributes.get('name') ?? '';
  const group = attributes.get('classname') ?? '';
  const block = text.trim().split('\n');
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

/** The attributes from there on, and where they end. Values may hold `>`. */
function tagAt(text: string, start: number): { attributes: Attributes; end: number } {
  const attribute = /\s*([\w:.-]+)="([^"]*)"/y;
  attribute.lastIndex = start;
  const attributes = new Map<string, string>();
  let end = start;
  for (let found = attribute.exec(text); found; found = attribute.exec(text)) {
    attributes.set(found[1] ?? '', unescaped(found[2] ?? ''));
    end = attribute.lastIndex;
  }
  return { attributes, end: end + (/^\s*/.exec(text.slice(end, end + 50))?.[0].length ?? 0) };
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** https://www.w3.org/TR/xml/ sections 2.7 and 4.6. */
function unescaped(text: string): string {
  return text
    .replaceAll(/<!\[CDATA\[|\]\]>/g, '')
    .replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|lt|gt|amp|quot|apos);/gi, (all, entity: string) => {
      if (!entity.startsWith('#')) return NAMED[entity.toLowerCase()] ?? all;
      const code = Number(entity.replace(/^#(x?)/i, (_, hex: string) => (hex ? '0x' : '')));
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
    });
}
