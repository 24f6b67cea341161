import { toLines } from './parse/plain-text.ts';

const NO_TESTS = [
  /^(?:ℹ|#) tests 0$/,
  /^No test files found, exiting with code 0/,
  /^No tests found, exiting with code 0/,
  /^\s*0 passing \(/,
  /^\s*Tests\s+no tests$/,
];

/** Whether a runner says that it passed because there was nothing to run. */
export function ranNoTests(output: string): boolean {
  return toLines(output).some((line) => NO_TESTS.some((pattern) => pattern.test(line)));
}
