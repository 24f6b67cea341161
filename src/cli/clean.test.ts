import { describe, expect, it } from 'vitest';
import { clean, oneLine } from './clean.ts';

describe('clean', () => {
  it('shows what would steer a terminal instead of sending it', () => {
    expect(clean('\x1b[2J\x1b]0;owned\x07 a\tb\nc\r\nd\re')).toBe('^[[2J^[]0;owned^G a\tb\nc\nd^Me');
    expect(clean('a\x9b31mb\u202egnp.exe\u2066\x7f')).toBe('a<U+009B>31mb<U+202E>gnp.exe<U+2066>^?');
  });

  it('leaves every other text as it is', () => {
    const text = 'Grüße, 世界 👋🏽 `$(rm -rf /)` <b>';
    expect(clean(text)).toBe(text);
  });
});

describe('oneLine', () => {
  it('takes the first line and cuts it', () => {
    expect(oneLine('  one\ttwo\nthree', 80)).toBe('one two');
    expect(oneLine('abcdefgh', 6)).toBe('abc...');
  });
});
