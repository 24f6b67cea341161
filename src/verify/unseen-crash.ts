import type { CheckResult } from '../domain/verdict.ts';
import { parseNodeRuntime } from './parse/node-runtime.ts';
import { toLines } from './parse/plain-text.ts';

/**
 * Why a pass is in doubt although the check ended with exit code 0: a Node process in it died of an uncaught error and none did on the
 * base commit. A pipe (`tape | reporter`) ends with the exit code of its last command, whatever became of the first.
 */
export function unseenCrash(result: CheckResult, before: CheckResult | null): string | null {
  if (result.status !== 'passed' || before?.status !== 'passed') return null;
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
