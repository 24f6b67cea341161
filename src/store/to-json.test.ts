import { describe, expect, it } from 'vitest';
import { toJson, toText } from './to-json.ts';

describe('toJson', () => {
  it('replaces NUL and lone surrogates, in keys too, and keeps everything else', () => {
    expect(JSON.parse(toJson({ 'k\0': 'a\0b', s: 'x\ud800y\udc00', pair: '😀', list: ['\0'] }))).toEqual({
      'k\ufffd': 'a\ufffdb',
      s: 'x\ufffdy\ufffd',
      pair: '😀',
      list: ['\ufffd'],
    });
  });

  it('keeps text that only looks like an escape', () => {
    const value = { path: 'C:\\u0000', twice: '\\\\u0000', mixed: '\\\0' };
    expect(JSON.parse(toJson(value))).toEqual({ ...value, mixed: '\\\ufffd' });
  });
});

describe('toText', () => {
  it('replaces what a text column refuses', () => {
    expect(toText('a\0b\ud800')).toBe('a\ufffdb\ufffd');
  });
});
