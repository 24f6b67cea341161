import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../lib/redact.ts';
import { createLineSplitter } from './line-splitter.ts';
import { createOutputCapture } from './output-capture.ts';

function linesOf(
  chunks: readonly Buffer[],
  options: { redact?: (text: string) => string; maxLineBytes?: number } = {},
) {
  const lines: string[] = [];
  const splitter = createLineSplitter({ onLine: (line) => lines.push(line), ...options });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

/** Cuts bytes at the given places, wherever they fall. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe('createLineSplitter', () => {
  it('gives the same lines however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), (texts, cuts) => {
        const expected = texts.map((text) => text.replaceAll(/[\r\n]/g, ' '));
        const bytes = Buffer.from(expected.map((line) => `${line}\n`).join(''));
        expect(linesOf(cutAt(bytes, cuts))).toEqual(expected);
      }),
    );
  });

  it('redacts a secret across writes, across the cut of a long line, and a private key over many lines', () => {
    const redact = createRedactor(['hunter2-hunter2']);
    expect(linesOf([Buffer.from('a hunter2-'), Buffer.from('hunter2 b\n')], { redact })).toEqual([
      'a [redacted] b',
    ]);
    const long = linesOf([Buffer.from(`${'x'.repeat(95)}hunter2-hunter2 tail`)], {
      redact,
      maxLineBytes: 100,
    });
    expect(long.join()).not.toContain('hunte');
    const key =
      '-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34G\nk2xq8\n-----END RSA PRIVATE KEY-----\nafter\n';
    const shown = linesOf([Buffer.from(key)], { redact });
    expect(shown.join()).not.toMatch(/MIIB|k2xq8/);
    expect(shown.at(-1)).toBe('after');
  });

  it('takes the carriage return of a Windows line off', () => {
    expect(linesOf([Buffer.from('a\r\nb\r\n')])).toEqual(['a', 'b']);
  });
});

describe('createOutputCapture', () => {
  it('redacts a secret that the cut of the kept end goes through', () => {
    const secret = 'hunter2-hunter2-hunter2';
    for (let shift = 0; shift < 40; shift += 1) {
      const capture = createOutputCapture({ maxBytes: 50, redact: createRedactor([secret]) });
      capture.push(Buffer.from(`${'.'.repeat(40_000)} ${secret} ${'y'.repeat(20 + shift)}`));
      expect(capture.text()).not.toMatch(/hunter|nter2|er2-/);
      expect(capture.text().length).toBeLessThanOrEqual(50);
    }
  });

  it('keeps exactly the last bytes, however they arrive', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (parts, maxBytes) => {
          const capture = createOutputCapture({ maxBytes, encoding: 'latin1' });
          for (const part of parts) capture.push(Buffer.from(part));
          const all = Buffer.concat(parts);
          expect(capture.text()).toBe(all.subarray(Math.max(0, all.length - maxBytes)).toString('latin1'));
          expect(capture.bytes()).toBe(all.length);
        },
      ),
    );
  });
});
