import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseOutput } from './parse-output.ts';

/** Outputs of real tools, made by running them in /workspace/app. */
const fixture = (name: string) =>
  readFileSync(
    fileURLToPath(new URL(`../../../test/fixtures/tool-output/${name}.txt`, import.meta.url)),
    'utf8',
  );

type Row = readonly [category: string, file: string | null, line: number | null, symbol: string | null];

const typescript: Row[] = [
  ['missing_export', 'src/a.ts', 1, 'missing'],
  ['import_resolution', 'src/a.ts', 2, './nowhere.js'],
  ['missing_dependency', 'src/a.ts', 3, 'left-padder-pro'],
  ['type_error', 'src/a.ts', 4, 'TS2322'],
  ['undefined_symbol', 'src/a.ts', 5, 'undefinedThing'],
];
const eslint: Row[] = [
  ['lint', 'lint/one.js', 1, 'prefer-const'],
  ['lint', 'lint/one.js', 2, 'eqeqeq'],
  ['undefined_symbol', 'lint/one.js', 2, 'console'],
  ['undefined_symbol', 'lint/one.js', 2, 'undefinedName'],
];

const vitestReport: Row[] = [
  ['test_failure', 'test/add.test.js', 6, 'adds'],
  ['import_resolution', 'test/import.test.js', 2, '../src/missing.js'],
];
const mochaReport: Row[] = [
  ['test_failure', 'mo.test.cjs', 2, 'adds'],
  ['undefined_symbol', 'mo.test.cjs', 2, 'foo'],
];

const unloadable: Row[] = [
  ['missing_export', 'e.test.mjs', 1, 'gone'],
  ['missing_dependency', 'q.mjs', null, 'not-here-either'],
  ['missing_dependency', 'p.test.mjs', null, 'left-out-package'],
  ['syntax_error', 's.test.mjs', 1, "Unexpected token '='"],
  ['runtime_error', 'i.test.mjs', 1, 'i.test.mjs'],
];

const expected: Record<string, readonly Row[]> = {
  'tsc-plain': typescript,
  'tsc-pretty': typescript,
  'tsc-syntax': [['syntax_error', 'src/broken.ts', 2, null]],
  'eslint-stylish': eslint,
  'eslint-json': eslint,
  'eslint-warnings': [],
  'biome-lint': [['lint', 'lint/one.js', 2, 'lint/suspicious/noDoubleEquals']],
  oxlint: [
    ['undefined_symbol', 'lint/one.js', 2, 'undefinedName'],
    ['undefined_symbol', 'lint/one.js', 2, 'console'],
    ['lint', 'lint/one.js', 2, 'eqeqeq'],
  ],
  'prettier-check': [['format', 'src/fmt.js', null, 'prettier']],
  vitest: [
    ['import_resolution', 'vt/load.test.ts', 2, './nowhere'],
    ['test_failure', 'vt/sum.test.ts', 4, 'adds'],
    ['test_failure', 'vt/sum.test.ts', 6, 'never ends'],
  ],
  'vitest-json': [
    ['test_failure', 'test/add.test.js', 6, 'adds'],
    ['import_resolution', 'test/import.test.js', null, '../src/missing.js'],
  ],
  'vitest-tap': vitestReport,
  'vitest-tap-flat': vitestReport,
  'vitest-junit': vitestReport,
  'vitest-annotations': vitestReport,
  'vitest-no-tests': [['no_tests', null, null, 'No test files found']],
  jest: [
    ['test_failure', 'jst/sum.test.cjs', 3, 'adds'],
    ['test_failure', 'jst/sum.cjs', 2, 'throws for text'],
    ['import_resolution', 'jst/load.test.cjs', 1, './not-there.cjs'],
  ],
  'jest-json': [
    ['test_failure', 'jes.test.cjs', 1, 'adds'],
    ['import_resolution', 'jesbad.test.cjs', 1, './nope'],
  ],
  'jest-annotations': [['test_failure', 'jes.test.cjs', 1, 'adds']],
  'mocha-json': mochaReport,
  'mocha-json-stream': mochaReport,
  'mocha-xunit': mochaReport,
  'playwright-json': [
    ['test_failure', 'pw.spec.js', 2, 'has title'],
    ['test_failure', 'pw3.spec.js', 2, 'slow'],
    ['undefined_symbol', 'pw3.spec.js', 2, 'foo'],
  ],
  'playwright-json-not-loaded': [['import_resolution', 'pw2.spec.js', null, '/workspace/app/nope.js']],
  'node-test-dot': [['test_failure', 'nt.test.mjs', 2, 'inner']],
  'node-test-junit': [['test_failure', 'nt.test.mjs', 2, 'inner']],
  'ava-tap': [
    ['test_failure', null, null, 'adds'],
    ['undefined_symbol', 'av2.js', 3, 'foo'],
  ],
  'lint-annotations': [
    ['lint', 'bad.js', 2, 'lint/suspicious/noDebugger'],
    ['lint', 'bad.js', 2, 'no-debugger'],
  ],
  mocha: [
    ['test_failure', 'mo/sum.spec.cjs', 4, 'adds'],
    ['test_failure', 'mo/sum.spec.cjs', null, 'is slow'],
  ],
  'node-test-spec': [['test_failure', 'nt/sum.test.js', 4, 'adds two numbers']],
  'node-test-tap': [['test_failure', 'nt/sum.test.js', 4, 'adds two numbers']],
  'node-test-not-loaded': [
    ['runtime_error', 'src/boom.mjs', 4, "Cannot read properties of null (reading 'size')"],
    ['runtime_error', 'nt/load.test.mjs', 1, 'load.test.mjs'],
    ['undefined_symbol', 'src/fine.mjs', 1, 'undefinedName'],
    ['test_failure', 'nt/ref.test.mjs', 10, 'adds'],
  ],
  'node-test-tap-not-loaded': [
    ['runtime_error', 'src/boom.mjs', 4, "Cannot read properties of null (reading 'size')"],
    ['runtime_error', 'nt/load.test.mjs', 1, 'load.test.mjs'],
    ['undefined_symbol', 'src/fine.mjs', 1, 'undefinedName'],
    ['test_failure', 'nt/ref.test.mjs', 10, 'adds'],
  ],
  'node-test-spec-unloadable': unloadable,
  'node-test-tap-unloadable': unloadable,
  'tap-nested': [
    ['import_resolution', 'load.js', 1, './gone'],
    ['test_failure', 't.js', 2, 'sum matches'],
    ['test_failure', 't.js', 2, 'Basic'],
    ['test_failure', 't.js', 3, "Cannot read properties of null (reading 'x')"],
    ['undefined_symbol', 't.js', 5, 'undefinedThing'],
  ],
  tape: [
    ['test_failure', 'test/a.js', 3, 'adds'],
    ['test_failure', 'test/a.js', 3, 'adds'],
    ['test_failure', null, null, 'never ends'],
    ['test_failure', null, null, 'refs'],
    ['test_failure', null, null, 'throws'],
  ],
  'tap-dot': [
    ['test_failure', 'tape-u.js', 2, 'sum matches'],
    ['test_failure', 'tape-u.js', 3, 'should be deeply equivalent'],
    ['test_failure', 'tape-u.js', 4, 'it throws'],
  ],
  'tap-spec': [
    ['test_failure', 'tape-u.js', 2, 'adds well'],
    ['test_failure', 'tape-u.js', 3, 'deep'],
    ['test_failure', 'tape-u.js', 4, 'throws'],
  ],
  uvu: [
    ['test_failure', 'test/uv.mjs', 4, 'adds :: shallow :: string'],
    ['test_failure', 'test/uv.mjs', 5, 'throws'],
    ['test_failure', 'test/uv.mjs', 6, 'equal'],
    ['test_failure', 'test/uv.mjs', 8, 'plain'],
    ['undefined_symbol', 'test/uv.mjs', 9, 'fetchMissing'],
  ],
  standard: [
    ['lint', 'st.js', 2, 'eqeqeq'],
    ['undefined_symbol', 'st.js', 2, 'missing'],
  ],
  unittest: [
    ['undefined_symbol', 'py/prices.py', 4, 'missing_thing'],
    ['missing_export', 'py/tests/test_b.py', 1, 'gone'],
    ['runtime_error', 'py/tests/test_c.py', 1, "KeyError: 'a'"],
    ['test_failure', 'py/tests/test_a.py', 6, 'test_adds'],
    ['test_failure', 'py/tests/test_a.py', 12, 'test_sub'],
    ['test_failure', 'py/tests/test_a.py', 12, 'test_sub'],
  ],
  'node-pnp-undeclared': [['missing_dependency', 'lib/token.js', 2, 'debug']],
  'esbuild-errors': [['syntax_error', 'src/in.ts', 3, null]],
  'rollup-missing-export': [['missing_export', 'src/r.js', 1, 'nope']],
  'rollup-unresolved': [['import_resolution', 'src/r2.js', null, './gone.js']],
  'webpack-unresolved': [['import_resolution', 'src/w.js', 1, './gone.js']],
  sass: [['css_error', 'src/s.scss', 2, 'Undefined variable']],
  'node-missing-export': [['missing_export', 'src/run.js', 1, 'gone']],
  'node-missing-package': [['missing_dependency', 'src/run2.js', null, 'not-installed-thing']],
  'node-runtime-error': [
    ['runtime_error', 'src/run3.js', 3, "Cannot read properties of undefined (reading 'port')"],
  ],
  'npm-e404': [['dependency_not_found', null, null, 'runyard-does-not-exist-4711']],
  'npm-json': [['dependency_not_found', null, null, 'runyard-nope-4711']],
  'pnpm-ndjson': [['dependency_not_found', null, null, 'runyard-nope-4711']],
  'npm-etarget': [['dependency_not_found', null, null, 'is-odd']],
  'npm-eresolve': [['dependency_conflict', null, null, 'react-dom']],
  'npm-lockfile': [['lockfile_mismatch', null, null, 'EUSAGE']],
  'npm-missing-script': [['config_error', null, null, 'typecheck']],
};

describe('V4: the problems in the output of a tool', () => {
  it.each(Object.entries(expected))(
    'are found in that of %s, with category, place and symbol',
    (name, rows) => {
      const errors = parseOutput(fixture(name), '/workspace/app').filter(
        ({ severity }) => severity === 'error',
      );
      expect(errors.map(({ category, file, line, symbol }) => [category, file, line, symbol])).toEqual(rows);
    },
  );

  it('tell warnings of a linter from errors (V1)', () => {
    const found = parseOutput(fixture('eslint-warnings'), '/workspace/app');
    expect(found.map(({ severity, symbol }) => [severity, symbol])).toEqual([['warning', 'no-console']]);
  });

  it('are the same in a vitest run with named projects', () => {
    const places = (text: string) =>
      parseOutput(text, '/workspace/app').map(({ file, line, symbol }) => [file, line, symbol]);
    const plain = stripVTControlCharacters(fixture('vitest'));
    expect(places(plain.replaceAll(' FAIL  ', ' FAIL   unit  '))).toEqual(places(plain));
    expect(places(plain.replaceAll(' FAIL  ', ' FAIL  |unit| '))).toEqual(places(plain));
  });

  it('are the same behind the prefixes of task runners', () => {
    const prefixed = fixture('tsc-plain').replace(/^/gm, 'web:build: ');
    const places = parseOutput(prefixed, '/workspace/app').map(({ file, line }) => [file, line]);
    expect(places).toContainEqual(['src/a.ts', 4]);
  });
});

describe('V4: what no test is to blame for', () => {
  const found = (text: string) =>
    parseOutput(text, '/workspace/app').map(({ category, file, line, symbol }) => [
      category,
      file,
      line,
      symbol,
    ]);
  const vitest = (title: string, error: string, frame: string) =>
    ` RUN  v4.0.0 /workspace/app\n\n⎯⎯⎯⎯ Failed 1 ⎯⎯⎯⎯\n\n FAIL  ${title}\n${error}\n ❯ ${frame}\n\n⎯⎯⎯⎯⎯⎯[1/1]⎯\n`;

  it('a name that is not defined, at the line that uses it (vitest, jest, mocha)', () => {
    const error = 'ReferenceError: rate is not defined';
    const symbol = ['undefined_symbol', 'src/a.ts', 7, 'rate'];
    expect(found(vitest('test/a.test.ts > adds', error, 'sum src/a.ts:7:3'))).toEqual([symbol]);
    const jest = `FAIL test/a.test.ts\n  ● adds\n\n    ${error}\n\n      at sum (src/a.ts:7:3)\n\nTests: 1 failed\n`;
    expect(found(jest)).toEqual([symbol]);
    const mocha = `  1 failing\n\n  1) sums\n       adds:\n     ${error}\n      at sum (src/a.ts:7:3)\n`;
    expect(found(mocha)).toEqual([symbol]);
  });

  it('a message about something undefined stays the failure of its test', () => {
    const [[category] = []] = found(
      vitest('a.test.ts > b', 'AssertionError: x is not defined', 'a.test.ts:7:3'),
    );
    expect(category).toBe('test_failure');
  });

  it('a file that throws while it is loaded', () => {
    const text = vitest('a.test.ts [ a.test.ts ]', 'TypeError: limits is null', 'src/a.ts:7:3');
    expect(found(text)).toEqual([['runtime_error', 'src/a.ts', 7, 'limits is null']]);
  });
});

describe('V4: what standard and tsc say', () => {
  const found = (text: string) =>
    parseOutput(text, '/workspace/app').map(({ category, severity, file, line, symbol }) => [
      category,
      severity,
      file,
      line,
      symbol,
    ]);

  it('is a syntax error where standard could not parse, and a warning where it says so', () => {
    const banner = 'standard: Use JavaScript Standard Style (https://standardjs.com)';
    const parsing = '  a.js:33:17: Parsing error: Unexpected token = (null)';
    expect(found(`${parsing}\n${banner}\n`)).toEqual([
      ['syntax_error', 'error', 'a.js', 33, 'Parsing error'],
    ]);
    expect(found(`${banner}\n  a.js:1:1: Unexpected var. (no-var) (warning)\n`)).toEqual([
      ['lint', 'warning', 'a.js', 1, 'no-var'],
    ]);
    expect(found(parsing)).toEqual([]);
  });

  it.each([
    ['type_error', "TS1360: Type '\"mo\"' does not satisfy the expected type 'never'.", 'TS1360'],
    [
      'type_error',
      "TS1205: Re-exporting a type when 'isolatedModules' is enabled requires 'export type'.",
      'TS1205',
    ],
    [
      'config_error',
      "TS1309: The current file is a CommonJS module and cannot use 'await' at the top level.",
      'await',
    ],
    ['syntax_error', "TS1005: ';' expected.", null],
  ])('is a %s for %s', (category, message, symbol) => {
    expect(found(`src/a.ts(4,2): error ${message}\n`)).toEqual([[category, 'error', 'src/a.ts', 4, symbol]]);
  });
});

describe("V4: TAP of Node's runner", () => {
  it('keeps a message that YAML has in double quotes', () => {
    const text = [
      'TAP version 13',
      '# Subtest: greets',
      'not ok 1 - greets',
      '  ---',
      "  location: '/workspace/app/a.test.js:2:1'",
      `  error: "'Hello\\\\nworld' == 'Hello'"`,
      "  code: 'ERR_ASSERTION'",
      '  ...',
    ].join('\n');
    expect(parseOutput(text, '/workspace/app')).toMatchObject([
      { category: 'test_failure', message: String.raw`greets: 'Hello\nworld' == 'Hello'` },
    ]);
  });
});

describe('V3: TAP without nested tests', () => {
  const tap = (body: string) => parseOutput(`TAP version 13\n${body}\n`, '/workspace/app');

  it('keeps the expected and actual values, and what is todo or skipped apart', () => {
    const found = tap(
      '# sums\nnot ok 1 - adds\n  ---\n    expected: 3\n    actual: |-\n      4\n    at: f (/workspace/app/t.js:9:1)\n  ...\nnot ok 2 later # TODO\nnot ok 3 # SKIP no\n# fail 1',
    );
    expect(found).toMatchObject([
      { message: 'sums: adds\nexpected: 3\nactual: 4', file: 't.js', line: 9, symbol: 'sums' },
    ]);
  });

  it('names tests that did not come to their end', () => {
    const found = tap(
      '# a\nok 1 equal\nnot ok 2 test exited without ending: b\n  ---\n    operator: fail\n  ...',
    );
    expect(found).toMatchObject([{ message: 'b: test exited without ending', file: null, symbol: 'b' }]);
  });

  it('reads an error that was thrown as a value that was printed', () => {
    const found = tap(
      '# a\nnot ok 1 [ReferenceError: scan is not defined]\n  ---\n    stack: |-\n      ReferenceError: scan is not defined\n          at f (/workspace/app/i.js:5:1)\n  ...',
    );
    expect(found).toMatchObject([{ category: 'undefined_symbol', symbol: 'scan', line: 5 }]);
  });

  it('tells the same assertion of two tests apart, and is the same where positions moved', () => {
    const fingerprints = (text: string) => tap(text).map(({ fingerprint }) => fingerprint);
    const [first, second] = fingerprints('# a\nnot ok 1 equal\n# b\nnot ok 2 equal');
    expect(first).not.toBe(second);
    const at = (line: number) =>
      `# a\nnot ok ${line} equal\n  ---\n    at: f (/workspace/app/t.js:${line}:1)\n  ...`;
    expect(fingerprints(at(1))).toEqual(fingerprints(at(9)));
  });
});

describe('hostile output', () => {
  it.each([
    ['a line of 5 MB', 'x'.repeat(5_000_000)],
    ['a million brackets', '('.repeat(1_000_000)],
    ['a long line that begins as JSON', `{"${' a:1:2 (x,'.repeat(90_000)}`],
    ['another one', `[{"filePath":"${'['.repeat(900_000)}`],
    ['100,000 failures without an end', `TAP version 13\n${'  not ok 1 - x # TODO\n'.repeat(100_000)}`],
    ['100,000 todos in plain TAP', `TAP version 13\n${'not ok 1 x # TODO\n  ---\n'.repeat(100_000)}`],
    ['100,000 rules of unittest', `${'='.repeat(70)}\n`.repeat(100_000)],
    ['300,000 lines', 'at a (b:1:2)\n'.repeat(300_000)],
    ['long runs of spaces', `${' '.repeat(200_000)}error`],
    ['escapes and controls', '\u001b]8;;http://x\u0007link\u001b[2J\u0000\u202e\r\r\n'.repeat(1000)],
  ])('is read to its end: %s', (_name, text) => {
    expect(parseOutput(text, '/workspace/app')).toEqual([]);
  });
});
