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

  it('are not found in other documents', () => {
    expect(inApp('{"severity":"INFO","message":"started","filename":"a.py"}\n[{"source":"x"}]\n')).toEqual(
      [],
    );
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
