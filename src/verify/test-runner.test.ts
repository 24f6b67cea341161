import { describe, expect, it } from 'vitest';
import { testRunnerOf } from './test-runner.ts';

const runner = (script: string, configuresMocha = false) =>
  testRunnerOf({ argv: ['npm', 'test'], script, configuresMocha });
const narrowed = (script: string) => runner(script)?.argvForFiles(['test/a.test.js']).join(' ') ?? null;

describe('V2: a test command that is narrowed to some files', () => {
  it.each([
    ['vitest', 'vitest run --coverage.enabled=false test/a.test.js'],
    ['vitest run --coverage --pool=forks', 'vitest run --pool=forks --coverage.enabled=false test/a.test.js'],
    ['jest --watchAll', 'jest --ci --coverage=false --runTestsByPath test/a.test.js'],
    ['node --test', 'node --test test/a.test.js'],
    ['node --import tsx --test "test/**/*.test.ts"', 'node --import tsx --test test/a.test.js'],
    ['node --test test/*.js', 'node --test test/a.test.js'],
    ['mocha', 'mocha test/a.test.js'],
    ['mocha -r esm --timeout 5000 test/*.js', 'mocha -r esm --timeout 5000 test/a.test.js'],
    ['ava --serial', 'ava --serial test/a.test.js'],
    ['python3 -m pytest -q', 'python3 -m pytest -q test/a.test.js'],
  ])('%s: %s', (script, expected) => expect(narrowed(script)).toBe(expected));

  it.each([
    'vitest run src/only',
    'jest unit',
    'npm run a && npm run b',
    'NODE_ENV=test mocha',
    'node --test --test-name-pattern=x',
    'node --test test',
    'node --test "{a,b}{c,d}/*.js"',
    'node --test --experimental-test-coverage',
    'node test.js',
    'mocha --config other.json',
    'pytest tests/unit',
    'tap',
    '',
  ])('%s: not safely, so never', (script) => expect(runner(script)).toBeNull());

  it('leaves mocha alone where a file configures it, as its patterns would be added', () => {
    expect(runner('mocha', true)).toBeNull();
  });

  it('knows which files the runner itself would take for tests', () => {
    const isTest = (script: string, path: string) => runner(script)?.isTest(path);
    expect(isTest('node --test', 'test/a.js')).toBe(true);
    expect(isTest('node --test', 'src/a.js')).toBe(false);
    expect(isTest('node --test', 'node_modules/x/test/a.js')).toBe(false);
    expect(isTest('node --test test/*.js', 'test/deep/a.js')).toBe(false);
    expect(isTest('mocha', 'test/deep/a.js')).toBe(false);
    expect(isTest('mocha --recursive', 'test/deep/a.js')).toBe(true);
    expect(isTest('jest', 'src/__tests__/a.ts')).toBe(true);
  });
});
