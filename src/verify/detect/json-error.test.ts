import { describe, expect, it } from 'vitest';
import { jsonErrorLine } from './json-error.ts';

describe('jsonErrorLine', () => {
  it.each([
    ['{\n  "name": ,\n}', 2],
    ['{\n  "name": "a",\n}', 3],
    ['{\n  "name": "a"\n  "main": "b"\n}', 3],
    ['{\n  name: "a"\n}', 2],
    ['{\n  "name": "a\n}', 2],
    ['{\n  "name": "\\x"\n}', 2],
    ['{\n  "a": [1, 2}\n}', 2],
    ['{\n  "a": 01\n}', 2],
    ['{\n  // why\n  "a": 1\n}', 2],
    ['{}\n{}', 2],
    ['{\n  "a": 1\n', 2],
    ['', 1],
  ])('names the line where %j stops being JSON', (text, line) => {
    expect(jsonErrorLine(text)).toBe(line);
  });

  it.each(['{}', '[]', '\uFEFF{"a": [1, -0.5e3, true, null, "\\u00e9\\n"], "b": {"c": []}}\n', '"a"', '0'])(
    'says nothing of %j',
    (text) => {
      expect(() => JSON.parse(text.replace(/^\uFEFF/, ''))).not.toThrow();
      expect(jsonErrorLine(text)).toBeNull();
    },
  );

  it('V1: survives millions of brackets', () => {
    expect(jsonErrorLine(`\n${'['.repeat(3_000_000)}`)).toBe(2);
    expect(jsonErrorLine(`${'{"a":'.repeat(1_000_000)}\n,`)).toBe(2);
  });
});
