import { describe, expect, it } from 'vitest';
import { parseSource } from '../syntax.ts';
import { readJsTests } from './read-js-tests.ts';

const titles = (text: string) => {
  const source = parseSource('test/a.test.js', text);
  return source
    ? readJsTests(source).cases.map(({ title, skip }) => `${title}${skip === 'no' ? '' : ` (${skip})`}`)
    : null;
};

describe('the tests of a file, by the names it gives its runner', () => {
  it('reads tests declared with a name of the file itself', () => {
    expect(titles("var tape = require('tape')\ntape('adds', function (t) { t.end() })")).toEqual(['adds']);
    expect(titles("import check from 'ava';\ncheck('adds', (t) => t.is(1, 1));")).toEqual(['adds']);
    expect(titles("const { test: t } = require('node:test')\nt('adds', () => {})")).toEqual(['adds']);
    expect(titles("const spec = require('tap').test\nspec('adds', () => {})")).toEqual(['adds']);
  });

  it('reads the tests of a suite that is a value', () => {
    const text =
      "import { suite } from 'uvu';\nexport default function (f) { const api = suite('api');\napi('a', () => {});\napi.skip('b', () => {});\napi.before(() => {});\napi.run(); }";
    expect(titles(text)).toEqual(['a', 'b (always)']);
  });

  it('takes no call of another library for a test', () => {
    expect(titles("const tape = require('./recorder')\ntape('adds', () => {})")).toEqual([]);
    expect(titles("import { beforeEach } from 'vitest';\nbeforeEach('x', () => {})")).toEqual([]);
  });
});
