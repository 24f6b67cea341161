import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mainProblem } from '../classify/main-problem.ts';
import { jsonDocuments } from './json-documents.ts';
import { parseOutput } from './parse-output.ts';

/** Outputs of real linters, made by running them in /workspace/app. */
const fixture = (name: string) =>
  readFileSync(
    fileURLToPath(new URL(`../../../test/fixtures/tool-output/${name}.txt`, import.meta.url)),
    'utf8',
  );
const inApp = (text: string) => parseOutput(text, '/workspace/app');
const rowOf = (text: string) => {
  const found = inApp(text);
  const main = mainProblem(found);
  const warnings = found.filter(({ severity }) => severity === 'warning').length;
  return [found.length - warnings, warnings, main?.category, main?.file, main?.line, main?.symbol];
};

describe('V4: reports that linters write for programs', () => {
  it.each([
    ['biome-concise', 4, 3, 'lint', 'src/bad.js', 1, 'assist/source/organizeImports'],
    ['biome-gitlab', 11, 0, 'syntax_error', 'src/broken.js', 3, null],
    ['biome-json', 8, 4, 'syntax_error', 'src/broken.js', 3, null],
    ['biome-junit', 10, 0, 'syntax_error', 'src/broken.js', 3, null],
    ['biome-rdjson', 8, 4, 'syntax_error', 'src/broken.js', 3, null],
    ['biome-summary', 4, 1, 'syntax_error', 'src/broken.js', null, null],
    ['depcruise-teamcity', 3, 0, 'lint', 'src/b.js', null, 'no-circular'],
    ['eslint-checkstyle', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['eslint-html', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    [
      'stylelint-annotations',
      6,
      0,
      'lint',
      'src/bad.css',
      1,
      'declaration-block-single-line-max-declarations',
    ],
    ['eslint-json-with-metadata', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['eslint-junit', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['eslint-rdjson', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['eslint-sarif', 1, 0, 'syntax_error', 'src/broken.js', 3, 'Parsing error'],
    ['eslint-tap', 6, 1, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['markdownlint-json', 5, 0, 'lint', 'README.md', 3, 'MD012/no-multiple-blanks'],
    ['oxlint-agent', 2, 3, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['oxlint-checkstyle', 2, 3, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['oxlint-github', 1, 0, 'syntax_error', 'src/broken.js', 3, null],
    ['oxlint-gitlab', 5, 0, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['oxlint-json', 2, 3, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['oxlint-stylish', 2, 3, 'undefined_symbol', 'src/bad.js', 10, 'undefinedThing'],
    ['pyright-json', 3, 0, 'missing_export', 'bad.py', 3, 'gone'],
    ['pyright', 3, 0, 'missing_export', 'bad.py', 3, 'gone'],
    ['ruff-azure', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-fmtdiff', 1, 0, 'format', 'ugly.py', null, 'reformat'],
    ['ruff-github', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-grouped', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-json-lines', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-junit', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-pylint', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['ruff-sarif', 9, 0, 'syntax_error', 'broken.py', 1, null],
    ['stylelint-compact', 5, 0, 'lint', 'src/bad.css', 1, 'declaration-block-single-line-max-declarations'],
    ['stylelint-json', 5, 0, 'lint', 'src/bad.css', 3, 'block-no-empty'],
    ['stylelint-tap', 5, 0, 'lint', 'src/bad.css', 1, 'declaration-block-single-line-max-declarations'],
    ['stylelint-unix', 5, 0, 'lint', 'src/bad.css', 1, 'declaration-block-single-line-max-declarations'],
  ] as const)('%s: %i errors and %i warnings, the main one with its place', (name, ...row) => {
    expect(rowOf(fixture(name))).toEqual(row);
  });

  it.each([
    [
      'mypy --output json',
      '{"file": "a.py", "line": 3, "column": 8, "message": "Name \\"gone\\" is not defined", "hint": null, "code": "name-defined", "severity": "error"}',
      ['undefined_symbol', 'a.py', 3, 9, 'gone'],
    ],
    [
      'pylint -f json',
      '[\n    {\n        "type": "error",\n        "module": "a",\n        "obj": "",\n        "line": 2,\n        "column": 0,\n        "path": "a.py",\n        "symbol": "import-error",\n        "message": "Unable to import \'nowhere\'",\n        "message-id": "E0401"\n    }\n]',
      ['missing_dependency', 'a.py', 2, 1, 'nowhere'],
    ],
    [
      'pylint -f json2',
      '{\n    "messages": [\n        {\n            "type": "warning",\n            "symbol": "unused-import",\n            "message": "Unused import os",\n            "messageId": "W0611",\n            "path": "a.py",\n            "line": 1,\n            "column": 0\n        }\n    ],\n    "statistics": {}\n}',
      ['lint', 'a.py', 1, 1, 'W0611'],
    ],
    [
      'biome before 2.4',
      '{"summary":{},"diagnostics":[{"category":"lint/style/useConst","severity":"error","description":"Use const.","location":{"path":{"file":"a.js"},"span":[1,2]}}],"command":"lint"}',
      ['lint', 'a.js', null, null, 'lint/style/useConst'],
    ],
    [
      'reviewdog with a line for each',
      '{"message":"x is not defined","location":{"path":"a.js","range":{"start":{"line":4,"column":2}}},"severity":"ERROR","code":{"value":"eqeqeq"}}',
      ['lint', 'a.js', 4, 2, 'eqeqeq'],
    ],
  ])('are read as their documentation has them: %s', (_name, text, row) => {
    expect(
      inApp(text).map(({ category, file, line, column, symbol }) => [category, file, line, column, symbol]),
    ).toEqual([row]);
  });

  it('are read up to where they were cut', () => {
    const message = { ruleId: 'eqeqeq', severity: 2, message: "Expected '==='", line: 1, column: 2 };
    const files = ['a', 'b', 'c'].map((name) => ({
      filePath: `/workspace/app/${name}.js`,
      messages: [message],
    }));
    const whole = JSON.stringify([
      ...files,
      { filePath: 'd.js', messages: [], source: '{ "['.repeat(3_000) },
    ]);
    const found = inApp(whole.slice(0, 9_000)).map(({ file, symbol }) => [file, symbol]);
    expect(found).toEqual(['a.js', 'b.js', 'c.js'].map((file) => [file, 'eqeqeq']));
  });

  it('are read up to where lines were left out', () => {
    const issues = Array.from({ length: 400 }, (_, index) => ({
      description: 'x',
      check_name: 'eqeqeq',
      location: { path: `f${index}.js`, lines: { begin: 2 } },
    }));
    const lines = JSON.stringify(issues, null, 2).split('\n');
    const found = inApp([...lines.slice(0, 2_000), ...lines.slice(2_500)].join('\n'));
    expect(found.length).toBeGreaterThan(50);
    expect(found[0]).toMatchObject({ category: 'lint', file: 'f0.js', line: 2, symbol: 'eqeqeq' });
  });

  it('are not found in other documents', () => {
    expect(inApp('{"severity":"INFO","message":"started","filename":"a.py"}\n[{"source":"x"}]\n')).toEqual(
      [],
    );
  });
});

describe('V4: what other tools print in formats that are not their usual one', () => {
  it.each([
    ['babel', 1, 0, 'syntax_error', 'src/syn.js', 3, null],
    ['cspell', 3, 0, 'lint', 'README.md', 4, 'texxt'],
    ['depcruise', 3, 0, 'lint', 'src/index.js', null, 'not-to-unresolvable'],
    ['knip-annotations', 7, 0, 'missing_dependency', 'src/index.js', 1, 'unlisted-pkg'],
    ['knip-compact', 7, 0, 'missing_dependency', 'src/index.js', null, 'unlisted-pkg'],
    ['knip-json', 7, 0, 'missing_dependency', 'src/index.js', 1, 'unlisted-pkg'],
    ['knip-symbols', 7, 0, 'missing_dependency', 'src/index.js', 1, 'unlisted-pkg'],
    ['markdownlint', 5, 0, 'lint', 'README.md', 3, 'MD012/no-multiple-blanks'],
    ['parcel-missing-export', 1, 0, 'missing_export', 'src/exp.js', 1, 'nope'],
    ['publint', 2, 0, 'lint', 'package.json', null, 'pkg.exports["."]'],
    ['pytest-junit', 3, 0, 'missing_dependency', 'test_y.py', 1, 'nowhere'],
    ['pytest-line', 2, 0, 'test_failure', 'test_x.py', 3, 'test_adds'],
    ['pytest-native', 2, 0, 'test_failure', 'test_x.py', 3, 'test_adds'],
    ['rollup-syntax', 1, 0, 'syntax_error', 'src/syn.js', 3, null],
    ['rspack-json', 1, 0, 'missing_export', 'src/exp.js', 1, 'nope'],
    ['rspack-syntax', 1, 0, 'syntax_error', 'src/syn.js', 3, null],
    ['svelte-check-human-verbose', 5, 1, 'syntax_error', 'svel/A.svelte', 6, null],
    ['svelte-check-human', 5, 1, 'syntax_error', 'svel/A.svelte', 6, null],
    ['svelte-check-machine-verbose', 5, 1, 'syntax_error', 'svel/A.svelte', 6, null],
    ['svelte-check-machine', 5, 1, 'syntax_error', 'svel/A.svelte', 6, null],
    ['webpack-json', 3, 0, 'import_resolution', 'src/imp.js', 1, './gone.js'],
  ] as const)('%s: %i errors and %i warnings, the main one with its place', (name, ...row) => {
    expect(rowOf(fixture(name))).toEqual(row);
  });

  it('has the errors of TypeScript that svelte-check numbers in only one of its outputs', () => {
    const rows = (name: string) =>
      inApp(fixture(`svelte-check-${name}`))
        .filter(({ file }) => file === 'svel/B.svelte')
        .map(({ severity, category, line, symbol }) => [severity, category, line, symbol]);
    const both = [
      ['warning', 'lint', 5, 'a11y_missing_attribute'],
      ['error', 'type_error', 2, null],
      ['error', 'undefined_symbol', 3, 'missing'],
    ];
    expect(rows('human')).toEqual(both);
    expect(rows('machine')).toEqual(both);
    expect(rows('machine-verbose')).toEqual(both.with(1, ['error', 'type_error', 2, 'TS2322']));
  });
});

describe('documents in JSON', () => {
  it('are found among other lines', () => {
    const text = '> lint\n{\n  "severity": 1\n}\n[not json]\n{"severity":2}\n{ "severity": [3,\n4]\n}\n';
    expect(jsonDocuments(text.split('\n'), /"severity"/)).toEqual([
      { severity: 1 },
      { severity: 2 },
      { severity: [3, 4] },
    ]);
  });
});
