import { describe, expect, it } from 'vitest';
import { parseJsonc } from './jsonc.ts';

describe('parseJsonc', () => {
  it('reads comments and trailing commas, and leaves strings that look like them', () => {
    const text = '\uFEFF{ // one\n "a": ["//", "/* , ] */", "\\",]",], /* two\n */ "b": 1,\n}';
    expect(parseJsonc(text)).toEqual({ a: ['//', '/* , ] */', '",]'], b: 1 });
  });

  it.each(['{ "a": "b }', '{ /* "a": 1 }', '{ "a": "b\\', ''])('says null of %j', (text) => {
    expect(parseJsonc(text)).toBeNull();
  });

  it.each(['\\"', '/*', '"', ',', ', '])('V1: reads a megabyte of %j once', (text) => {
    expect(parseJsonc(`{"${text.repeat(500_000)}`)).toBeNull();
  });
});
