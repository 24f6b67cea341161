import { describe, expect, it } from 'vitest';
import { scanObject } from './scan-object.ts';

const wanted = new Set(['model', 'stream', 'thinking']);

function scan(text: string): unknown {
  const bytes = Buffer.from(text);
  const found = scanObject(bytes, wanted);
  if (typeof found === 'string') return found;
  return Object.fromEntries(
    [...found.fields].map(([name, { start, end }]) => [name, bytes.subarray(start, end).toString()]),
  );
}

describe('scanObject', () => {
  it('finds the wanted fields of the top only, whatever stands around and inside', () => {
    expect(
      scan(' { "a" : [{"model":"no"}, "}\\"]"] ,\n"model":"é\\"x", "stream":true,"n":-1e3 } \n'),
    ).toEqual({
      model: '"é\\"x"',
      stream: 'true',
    });
    expect(scan('{"thinking":{"a":{"b":[]}}}')).toEqual({ thinking: '{"a":{"b":[]}}' });
    expect(scan('{}')).toEqual({});
  });

  it('knows a name that is written with escapes, and refuses one that comes twice', () => {
    expect(scan('{"\\u006dodel":"x"}')).toEqual({ model: '"x"' });
    expect(scan('{"model":"x","\\u006dodel":"y"}')).toBe('The field model is there twice.');
  });

  it('says of anything that is no object that it is none', () => {
    const texts = [
      '',
      '[]',
      '"x"',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,',
      '{"a":1,}',
      '{"a":}',
      '{"a":1} x',
    ];
    for (const text of [...texts, '{"a":"x}', '{"a":[1}', '{"a":"\\']) {
      expect(scan(text), text).toBe('The body is not a JSON object.');
    }
  });

  it('gives up on an object of very many fields', () => {
    expect(scan(`{${Array(2000).fill('"a":1').join(',')}}`)).toMatch(/more than 1000 fields/);
  });
});
