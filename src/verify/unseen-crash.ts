import type { CheckResult } from '../domain/verdict.ts';
import { parseNodeRuntime } from './parse/node-runtime.ts';
import { toLines } from './parse/plain-text.ts';

/**
 * Why a pass is in doubt although the check ended with exit code 0: something in it failed that did not on the base commit. A pipe
 * (`tape | reporter`) ends with the exit code of its last command, whatever became of the first; make goes on after a line that begins with `-`.
 */
export function unseenCrash(result: CheckResult, before: CheckResult | null): string | null {
  if (result.status !== 'passed' || before?.status !== 'passed') return null;
  return uncaughtError(result, before) ?? ignoredByMake(result, before);
}

/** Whether something in a pass failed. */
export function hidesFailure({ output }: CheckResult): boolean {
  return deathsIn(output) > 0 || ignoredIn(output).length > 0;
}

function uncaughtError(result: CheckResult, before: CheckResult): string | null {
  if (deathsIn(result.output) <= deathsIn(before.output)) return null;
  const [error] = parseNodeRuntime(toLines(result.output));
  const place = error?.file ? ` (${error.file}${error.line ? `:${error.line}` : ''})` : '';
  const what = error ? `, "${error.message}"${place}` : '';
  return `${result.check.name}: passed, but a process in it died of an uncaught error${what}; on the base commit none did. Mend it, or let the script end with the exit code of the runner (a pipe ends with that of its last command).`;
}

/** The line Node prints as its last when nothing catches an error. */
function deathsIn(output: string): number {
  return toLines(output).filter((line) => /^Node\.js v\d+\.\d+\.\d+\S*$/.test(line)).length;
}

function ignoredByMake(result: CheckResult, before: CheckResult): string | null {
  const ignored = ignoredIn(result.output);
  if (ignored.length <= ignoredIn(before.output).length) return null;
  return `${result.check.name}: passed, but make ignored a command that failed ("${(ignored.at(-1) ?? '').slice(0, 200)}"); on the base commit it did not. Mend what fails, and let make end with it (without \`-\`, --ignore-errors or .IGNORE).`;
}

/** `make: [Makefile:4: check] Error 1 (ignored)`, with the number in brackets where make runs make. */
function ignoredIn(output: string): string[] {
  return toLines(output).filter((line) =>
    /^g?make(?:\[\d{1,3}\])?: \[.{1,500}\] Error \d{1,3} \(ignored\)$/.test(line),
  );
}
