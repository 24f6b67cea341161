import { describe, expect, it } from 'vitest';
import { shareAnswers } from './shared-answer.ts';

describe('a shared answer', () => {
  it('is made once for all who ask at the same time, and again when its time is over', async () => {
    let asked = 0;
    let now = 0;
    const answer = shareAnswers(async (key: string) => `${key}${++asked}`, {
      forMs: () => 100,
      monotonicMs: () => now,
    });
    expect(await Promise.all([answer('a'), answer('a'), answer('b')])).toEqual(['a1', 'a1', 'b2']);
    now = 99;
    expect(await answer('a')).toBe('a1');
    now = 100;
    expect(await answer('a')).toBe('a3');
  });

  it('is not remembered when it failed', async () => {
    let asked = 0;
    const answer = shareAnswers(
      async () => {
        asked += 1;
        if (asked === 1) throw new Error('away');
        return asked;
      },
      { forMs: () => 100, monotonicMs: () => 0 },
    );
    const first = await Promise.allSettled([answer(0), answer(0)]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await answer(0)).toBe(2);
  });
});
