import { describe, expect, it } from 'vitest';
import {
  advance,
  formatLogPosition,
  isAtOrAfter,
  type LogPosition,
  parseLogPosition,
} from './log-position.ts';

const at = (text: string): LogPosition => {
  const position = parseLogPosition(text);
  if (!position) throw new Error(`no position: ${text}`);
  return position;
};

function sees({ xmax, unseen }: LogPosition, tx: bigint): boolean {
  return tx < xmax && !unseen.includes(tx);
}

describe('a place in the log', () => {
  it.each(['10:10:', '10:20:10,14', '5:9:5'])('is written as it was read: %s', (text) => {
    expect(formatLogPosition(at(text))).toBe(text);
  });

  it.each([
    '',
    '10',
    '20:10:',
    '10:20:30',
    '10:20:14,12',
    '10:20:9',
    '0:5:',
    'a:b:c',
    `10:20:${'11,'.repeat(9)}`,
  ])('is not read from %j', (text) => {
    expect(parseLogPosition(text)).toBeNull();
  });

  it('I1: after each step sees exactly what was handed over, whatever was in progress', () => {
    const from = at('10:20:10,12,15');
    const to = at('12:30:12,22,25');
    const handedOver: bigint[] = [];
    const fresh = range(10n, 30n).filter((tx) => sees(to, tx) && !sees(from, tx));
    for (const last of fresh) {
      handedOver.push(last);
      const place = advance(from, to, last);
      expect(parseLogPosition(formatLogPosition(place))).toEqual(place);
      for (const tx of range(3n, 40n))
        expect(sees(place, tx), `${tx} at ${last}`).toBe(sees(from, tx) || handedOver.includes(tx));
      expect(isAtOrAfter(to, place)).toBe(true);
      expect(isAtOrAfter(place, from)).toBe(true);
    }
  });

  it('is not after a place that has seen what it has not', () => {
    expect(isAtOrAfter(at('10:20:10'), at('10:20:10'))).toBe(true);
    expect(isAtOrAfter(at('10:20:10,11'), at('10:20:10'))).toBe(false);
    expect(isAtOrAfter(at('10:19:10'), at('10:20:10'))).toBe(false);
  });
});

function range(from: bigint, to: bigint): bigint[] {
  return Array.from({ length: Number(to - from) }, (_empty, place) => from + BigInt(place));
}
