import { describe, expect, it } from 'vitest';
import { readTestTally } from './test-tally.ts';

const tap = (pass: number, fail: number) =>
  `TAP version 13\n# tests ${pass + fail}\n# suites 0\n# pass ${pass}\n# fail ${fail}\n# cancelled 0\n# skipped 1\n# todo 0\n`;

describe('V3: how many tests a runner says it ran', () => {
  it.each([
    [
      'vitest',
      ' Test Files  1 failed | 1 passed (2)\n      Tests  2 failed | 3 passed | 1 skipped (6)\n',
      [3, 2, 1],
    ],
    ['vitest', '      Tests  no tests\n', [0, 0, 0]],
    ['vitest', 'No test files found, exiting with code 0\n', [0, 0, 0]],
    ['jest', 'Tests:       1 failed, 2 skipped, 3 passed, 6 total\n', [3, 1, 2]],
    ['jest', 'No tests found, exiting with code 0\n', [0, 0, 0]],
    ['node:test', tap(3, 1), [3, 1, 1]],
    ['node:test', 'ℹ tests 2\nℹ pass 1\nℹ fail 0\nℹ cancelled 1\nℹ skipped 0\n', [1, 1, 0]],
    ['uvu', '\n  Total:     5\n  Passed:    3\n  Skipped:   1\n  Duration:  4.50ms\n', [3, 1, 1]],
    ['tap-dot', '\n  ..x\n\n  2 tests\n  2 passed\n  1 failed  \n', [1, 1, 0]],
    ['tap-dot', '  8 tests\n  9 passed\n  \n  Pass!\n', [8, 0, 0]],
    ['jasmine', 'Ran 5 specs\n\n5 specs, 1 failure, 1 pending spec\n', [3, 1, 1]],
    [
      'tap',
      'TAP version 13\n# a\nok 1 x\nok 2 x\n# b\nnot ok 3 y\n# SKIP c\n\n1..3\n# tests 3\n# pass  2\n# fail  1\n',
      [1, 1, 1],
    ],
    ['TAP', 'ok - a\nnot ok - b: wanted 6, got 5\nok - c # SKIP no network\n', [1, 1, 1]],
    ['TAP', 'TAP version 13\n1..2\nok 1 a\nnot ok 2 b\n', [1, 1, 0]],
    ['mocha', '\n  3 passing (10ms)\n  1 pending\n  2 failing\n', [3, 2, 1]],
    ['ava', '  ─\n\n  1 test failed\n  4 tests passed\n  1 test skipped\n', [4, 1, 1]],
    ['pytest', '==== 1 failed, 2 passed, 1 skipped, 1 xfailed, 2 warnings in 0.12s ====\n', [3, 1, 1]],
    ['pytest', '2 passed in 0.01s\n', [2, 0, 0]],
    ['pytest', '===== no tests ran in 0.00s =====\n', [0, 0, 0]],
    ['unittest', 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1)\n', [2, 2, 1]],
    ['unittest', 'Ran 2 tests in 0.001s\n\nOK\n', [2, 0, 0]],
    [
      'cargo',
      'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n',
      [4, 1, 1],
    ],
    [
      'go',
      '=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- FAIL: TestA/b (0.00s)\nok  \tx\t0.1s\n',
      [1, 1, 0],
    ],
    [
      'go packages',
      'ok  \texample.com/x\t0.003s\n?   \texample.com/y\t[no test files]\nFAIL\texample.com/z\t0.1s\n',
      [1, 1, 0],
    ],
  ] as const)('%s: %j', (runners, output, [passed, failed, skipped]) => {
    expect(readTestTally(output)).toEqual({ runners, passed, failed, skipped });
  });

  it('is added up over several runs, and reads through colours and prefixes of monorepo runners', () => {
    expect(readTestTally(tap(1, 0) + tap(2, 1))).toMatchObject({ passed: 3, failed: 1 });
    expect(readTestTally('\u001b[2m      Tests \u001b[22m \u001b[32m3 passed\u001b[39m (3)\n')).toMatchObject(
      { passed: 3 },
    );
  });

  it('counts no file that node:test takes for a test because it ended before its first one', () => {
    const spec = '✔ a (0.6ms)\n✔ test/b.test.js (41.2ms)\nℹ tests 2\nℹ pass 2\nℹ fail 0\n';
    expect(readTestTally(spec)).toMatchObject({ passed: 1 });
    const plain = '# Subtest: /t/b.test.js\nok 1 - /t/b.test.js\n# tests 1\n# pass 1\n# fail 0\n';
    expect(readTestTally(plain)).toMatchObject({ passed: 0 });
  });

  it.each([
    ['a runner that was ended before its plan', 'TAP version 13\n# a\nok 1 x\n'],
    ['a runner that was ended within its plan', '1..3\nok 1 x\n'],
    ['files with tests of their own', 'ok 1 - test/a.js {\n    ok 1 - x\n    1..1\n}\n\n1..1\n'],
  ])('counts no TAP of %s', (_, output) => {
    expect(readTestTally(output)).toBeNull();
  });

  it('is unknown where no runner sums up', () => {
    for (const output of ['', 'all good\n', 'Tests were fine (3)\n', '3 passed\n', '# pass 3\n', 'OK\n'])
      expect(readTestTally(output)).toBeNull();
  });
});
