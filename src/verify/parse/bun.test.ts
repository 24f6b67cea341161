import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTestTally } from '../test-tally.ts';
import { parseOutput } from './parse-output.ts';

/** category, file, line, symbol. */
const rows = (text: string) =>
  parseOutput(text, '/w').map(({ category, file, line, symbol }) => [category, file, line, symbol]);

const recorded = readFileSync(new URL('../../../test/fixtures/tool-output/bun.txt', import.meta.url), 'utf8');

describe('V4: bun test', () => {
  it('names category, place and test of every failure', () => {
    expect(rows(recorded)).toEqual([
      ['test_failure', 't/a.test.ts', 8, 'adds'],
      ['test_failure', 'src/a.ts', 3, 'throws'],
      ['undefined_symbol', 'src/a.ts', 5, 'notDefined'],
      ['test_failure', 't/a.test.ts', 17, 'assert'],
      ['test_failure', 't/a.test.ts', 19, 'async rejects'],
      ['test_failure', 't/a.test.ts', null, 'slow'],
      ['test_failure', 't/a.test.ts', 22, 'snapshot'],
      ['test_failure', 't/a.test.ts', 23, 'multi line'],
      ['network', 't/a.test.ts', 26, 'ECONNREFUSED'],
      ['syntax_error', 't/syntax.test.ts', 2, null],
      ['import_resolution', 't/nomodule.test.ts', null, '../src/none'],
      ['runtime_error', 't/top.test.ts', 2, 'at load'],
      ['test_failure', 't/hook.test.ts', 3, 'hooked'],
      ['missing_export', 't/load.test.ts', null, 'missing'],
      ['missing_dependency', 't/pkg.test.ts', null, 'not-installed'],
    ]);
  });

  it('says what was expected and what came, and that a test took too long', () => {
    const messages = parseOutput(recorded, '/w').map(({ message }) => message);
    expect(messages[0]).toBe(
      'outer > inner > adds: expect(received).toBe(expected)\nExpected: 2\nReceived: 3',
    );
    expect(messages[5]).toBe('outer > slow: this test timed out after 50ms.');
  });

  it('counts a failure once that a long run lists again at its end', () => {
    const text = [
      'bun test v1.4.5 (a7733435c)',
      '',
      'many.test.ts:',
      "3 | test('one fails', () => { expect(1).toBe(2); });",
      '                                        ^',
      'error: expect(received).toBe(expected)',
      '',
      'Expected: 2',
      'Received: 1',
      '',
      '      at <anonymous> (/w/many.test.ts:3:37)',
      '(fail) one fails [0.20ms]',
      '(skip) left',
      '',
      '1 tests skipped:',
      '(skip) left',
      '',
      '',
      '1 tests failed:',
      '(fail) one fails [0.20ms]',
      '',
      ' 25 pass',
      ' 1 skip',
      ' 1 fail',
      'Ran 27 tests across 1 file. [148.00ms]',
    ].join('\n');
    expect(rows(text)).toEqual([['test_failure', 'many.test.ts', 3, 'one fails']]);
  });

  it('is read in the words of older versions and with the signs of a terminal', () => {
    const text = [
      'bun test v1.1.38 (bf2f153f)',
      '',
      't/a.test.ts:',
      '5 | export function ref() { return notDefined + 1; }',
      '                                   ^',
      "ReferenceError: Can't find variable: notDefined",
      '      at ref (/w/src/a.ts:5:32)',
      '✗ ref [0.08ms]',
      'ENOENT: No such file or directory',
      '   errno: -2',
      '',
      '✗ file [0.11ms]',
    ].join('\n');
    expect(rows(text)).toEqual([
      ['undefined_symbol', 'src/a.ts', 5, 'notDefined'],
      ['test_failure', 't/a.test.ts', null, 'file'],
    ]);
  });

  it('V3: its summary is counted; a file that could not be loaded is a failure', () => {
    const ran = 'Ran 3 tests across 2 files. [9.00ms]\n';
    expect(readTestTally(recorded)).toEqual({ runners: 'bun', passed: 5, failed: 10, skipped: 1 });
    expect(readTestTally(` 2 pass\n 0 fail\n 1 error\n${ran}`)).toMatchObject({ passed: 2, failed: 1 });
    expect(readTestTally('bun test v1.4.5\nNo tests found!\n')).toMatchObject({ passed: 0, failed: 0 });
    expect(readTestTally(' 2 pass\n 0 fail\n')).toBeNull();
  });
});
