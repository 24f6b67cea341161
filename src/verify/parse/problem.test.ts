import { describe, expect, it } from 'vitest';
import { type Problem, toDiagnostic } from './problem.ts';

const problem: Problem = {
  category: 'type_error',
  message: 'TS2322: wrong',
  file: '/w/src/a.ts',
  line: 3,
  symbol: 'TS2322',
};
const fingerprint = (change: Partial<Problem>) => toDiagnostic({ ...problem, ...change }, '/w').fingerprint;

describe('the fingerprint of a problem (V3)', () => {
  it('is the same when the line moves', () => {
    expect(fingerprint({ line: 900 })).toBe(fingerprint({}));
  });

  it.each([
    ['durations', 'took 12ms', 'took 3051ms'],
    ['positions', 'see src/a.ts:1:2', 'see src/a.ts:77:9'],
    ['times', 'at 2026-01-01T10:00:00Z', 'at 2026-11-21T23:59:59.123Z'],
    ['ports', 'connect 127.0.0.1:4000', 'connect 127.0.0.1:51234'],
    ['temporary folders', 'in /tmp/run-a1/x', 'in /tmp/run-zz/x'],
    ['ids', 'id 3f1c2a9e-0000-4000-8000-000000000000', 'id aaaaaaaa-1111-4111-8111-111111111111'],
  ])('does not depend on %s', (_name, one, other) => {
    expect(fingerprint({ message: one })).toBe(fingerprint({ message: other }));
  });

  it('differs for another file, symbol or value', () => {
    const all = [
      fingerprint({}),
      fingerprint({ file: '/w/src/b.ts' }),
      fingerprint({ symbol: 'TS1' }),
      fingerprint({ message: 'got 4' }),
      fingerprint({ message: 'got 5' }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('of a test is its name, whatever it says this time', () => {
    const identity = 'test a.test.js > adds';
    expect(fingerprint({ identity, message: 'expected 3' })).toBe(
      fingerprint({ identity, message: 'expected 4' }),
    );
  });

  it('does not depend on where the checkout lies', () => {
    const named = (root: string) =>
      toDiagnostic(
        { category: 'test_failure', message: 'm', identity: `test ${root}/a.test.js > adds` },
        root,
      );
    expect(named('/one/checkout').fingerprint).toBe(named('/two/other').fingerprint);
    const at = (root: string) =>
      toDiagnostic(
        { category: 'build_error', message: `no ${root}/src/x.ts`, file: `${root}/src/a.ts` },
        root,
      );
    expect(at('/one/checkout').fingerprint).toBe(at('/two/other').fingerprint);
    expect(at('/one/checkout')).toMatchObject({ file: 'src/a.ts', message: 'no src/x.ts' });
  });
});
