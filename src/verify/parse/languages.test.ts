import { describe, expect, it } from 'vitest';
import { parseOutput } from './parse-output.ts';

/** category, file, line, column, code, symbol. */
const rows = (text: string) =>
  parseOutput(text, '/w')
    .filter(({ severity }) => severity === 'error')
    .map(({ category, file, line, column, code, symbol }) => [category, file, line, column, code, symbol]);

describe('V4: Python', () => {
  it('pytest: the deepest line of the repository, the name of the test', () => {
    const text = [
      '=================================== FAILURES ===================================',
      '_________________________________ TestA.test_raises[1-3.14] __________________________________',
      'tests/test_a.py:5: in test_raises',
      '    helper()',
      'app/helper.py:2: in helper',
      '    raise ValueError("bad input")',
      'E   ValueError: bad input',
      '=========================== short test summary info ============================',
      'FAILED tests/test_a.py::TestA::test_raises[1-3.14] - ValueError: bad input',
    ].join('\n');
    expect(rows(text)).toEqual([['test_failure', 'app/helper.py', 2, null, 'ValueError', 'test_raises']]);
  });

  it('pytest: a file that cannot be collected is told by its cause', () => {
    const text = [
      '==================================== ERRORS ====================================',
      '_______________________ ERROR collecting tests/test_u.py _______________________',
      'tests/test_u.py:1: in <module>',
      '    from app.util import nothing',
      "E   ImportError: cannot import name 'nothing' from 'app.util' (/w/app/util.py)",
    ].join('\n');
    expect(rows(text)).toEqual([['missing_export', 'tests/test_u.py', 1, null, 'ImportError', 'nothing']]);
  });

  it.each([
    [
      'm.py:2: error: Incompatible return value type  [return-value]',
      ['type_error', 'm.py', 2, null, 'return-value', 'return-value'],
    ],
    [
      'm.py:1:7: error: Name "abc" is not defined  [name-defined]',
      ['undefined_symbol', 'm.py', 1, 7, 'name-defined', 'abc'],
    ],
    ['m.py:1:8: F401 [*] `os` imported but unused', ['lint', 'm.py', 1, 8, 'F401', 'F401']],
    ['m.py:2:12: F821 Undefined name `foo_bar`', ['undefined_symbol', 'm.py', 2, 12, 'F821', 'foo_bar']],
    ['F401 [*] `os` imported but unused\n --> m.py:1:8\n  |', ['lint', 'm.py', 1, 8, 'F401', 'F401']],
    [
      'invalid-syntax: Expected a parameter\n --> m.py:1:7\n  |',
      ['syntax_error', 'm.py', 1, 7, 'invalid-syntax', null],
    ],
    ['would reformat /w/m.py', ['format', 'm.py', null, null, null, 'reformat']],
  ])('linters and type checkers: %s', (text, row) => {
    expect(rows(text)).toEqual([row]);
  });
});

describe('V4: Go and Rust', () => {
  it.each([
    ['./m.go:4:7: undefined: helper', ['undefined_symbol', 'm.go', 4, 7, null, 'helper']],
    [
      'm.go:3:8: no required module provides package example.org/x; to add it:',
      ['missing_dependency', 'm.go', 3, 8, null, 'example.org/x'],
    ],
    [
      './m.go:3:12: syntax error: unexpected {, expecting )',
      ['syntax_error', 'm.go', 3, 12, null, 'syntax error'],
    ],
    [
      '--- FAIL: TestSum (0.00s)\n    m_test.go:6: got 1 want 2',
      ['test_failure', 'm_test.go', 6, null, null, 'TestSum'],
    ],
    [
      'error[E0308]: mismatched types\n --> src/main.rs:2:18',
      ['type_error', 'src/main.rs', 2, 18, 'E0308', 'E0308'],
    ],
    [
      'error[E0425]: cannot find value `nope` in this scope\n --> src/main.rs:2:20',
      ['undefined_symbol', 'src/main.rs', 2, 20, 'E0425', 'nope'],
    ],
    [
      'error: expected `;`, found keyword `let`\n --> src/main.rs:2:14',
      ['syntax_error', 'src/main.rs', 2, 14, null, 'expected'],
    ],
    [
      "---- adds stdout ----\n\nthread 'adds' panicked at src/main.rs:4:5:\nassertion failed",
      ['test_failure', 'src/main.rs', 4, 5, null, 'adds'],
    ],
    [
      'error: no matching package named `ghost` found',
      ['dependency_not_found', null, null, null, null, 'ghost'],
    ],
  ])('%s', (text, row) => {
    expect(rows(text)).toEqual([row]);
  });
});
