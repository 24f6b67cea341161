import type { ProcessResult } from '../process/types.ts';

const LONGEST_KEPT = 16_000;

/** Everything a process said, errors last. */
export function outputOf({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  if (stderr.trim() === '') return stdout;
  return stdout.trim() === '' ? stderr : `${stdout.trimEnd()}\n${stderr}`;
}

/** The end of an output, small enough for events and checkpoints. */
export function endOf(text: string): string {
  return text.length > LONGEST_KEPT
    ? `[… ${text.length - LONGEST_KEPT} characters before]\n${text.slice(-LONGEST_KEPT)}`
    : text;
}
