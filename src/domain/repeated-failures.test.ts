import { describe, expect, it } from 'vitest';
import { decideRepeatedFailures, type EndedRun, LAST_ENDED } from './repeated-failures.ts';

/** `F`ailed of cause F, `G` of another one, `s`ucceeded, `c`ancelled; the newest first. */
function ended(pattern: string): EndedRun[] {
  const states = { s: 'succeeded', c: 'cancelled' } as const;
  return Array.from(pattern, (letter, index) => {
    const state = letter === 's' || letter === 'c' ? states[letter] : 'failed';
    const error = letter === 's' ? null : { code: `cause.${letter}`, what: 'It broke.' };
    return { id: `run-${pattern.length - index}`, state, error };
  });
}

describe('decideRepeatedFailures', () => {
  it.each(['', 's', 'FFFFF', 'FFFFFs', 'sFFFFFF', 'FFFGFFF', 'FFFFFGG'])(
    'S3: has nothing to say of %s',
    (pattern) => {
      expect(decideRepeatedFailures(ended(pattern))).toBeNull();
    },
  );

  it('S3: tells more than five of one cause in a row, with the runs', () => {
    expect(decideRepeatedFailures(ended('FFFFFFsF'))).toEqual({
      code: 'cause.F',
      what: 'It broke.',
      runs: ['run-3', 'run-4', 'run-5', 'run-6', 'run-7', 'run-8'],
      occurrence: 'cause.F since run-3',
    });
  });

  it('S3: is one occurrence while the streak grows, and another one after a success', () => {
    const [six, nine, later] = ['FFFFFFs', 'FFFFFFFFFs', 'FFFFFFsFFFFFFs'].map(
      (pattern) => decideRepeatedFailures(ended(pattern))?.occurrence,
    );
    expect(six).toBe(nine);
    expect(later).not.toBe(six);
  });

  it('S3: passes over what a person cancelled', () => {
    expect(decideRepeatedFailures(ended('FcFFcFFFs'))?.runs).toHaveLength(6);
  });

  it('S3: does not tell a streak again whose beginning it cannot see any more', () => {
    expect(decideRepeatedFailures(ended('F'.repeat(LAST_ENDED)))).toBeNull();
    expect(decideRepeatedFailures(ended('F'.repeat(LAST_ENDED - 1)))).not.toBeNull();
  });
});
