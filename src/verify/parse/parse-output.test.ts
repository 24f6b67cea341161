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
  'vitest-no-tests': [['no_tests', null, null, 'No test files found']],
  jest: [
    ['test_failure', 'jst/sum.test.cjs', 3, 'adds'],
    ['test_failure', 'jst/sum.cjs', 2, 'throws for text'],
    ['import_resolution', 'jst/load.test.cjs', 1, './not-there.cjs'],
  ],
  mocha: [
    ['test_failure', 'mo/sum.spec.cjs', 4, 'adds'],
    ['test_failure', null, null, 'is slow'],
  ],
  'node-test-spec': [['test_failure', 'nt/sum.test.js', 4, 'adds two numbers']],
  'node-test-tap': [['test_failure', 'nt/sum.test.js', 4, 'adds two numbers']],
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

describe('hostile output', () => {
  it.each([
    ['a line of 5 MB', 'x'.repeat(5_000_000)],
    ['a million brackets', '('.repeat(1_000_000)],
    ['a long line that begins as JSON', `{"${' a:1:2 (x,'.repeat(90_000)}`],
    ['another one', `[{"filePath":"${'['.repeat(900_000)}`],
    ['100,000 failures without an end', `TAP version 13\n${'  not ok 1 - x # TODO\n'.repeat(100_000)}`],
    ['300,000 lines', 'at a (b:1:2)\n'.repeat(300_000)],
    ['long runs of spaces', `${' '.repeat(200_000)}error`],
    ['escapes and controls', '\u001b]8;;http://x\u0007link\u001b[2J\u0000\u202e\r\r\n'.repeat(1000)],
  ])('is read to its end: %s', (_name, text) => {
    expect(parseOutput(text, '/workspace/app')).toEqual([]);
  });
});
