import { stripVTControlCharacters } from 'node:util';
import type { ProcessResult } from '../process/types.ts';

const LONGEST_KEPT = 16_000;
const KEPT_FROM_START = 3_000;

/** Everything a process said, errors last. */
export function outputOf({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  if (stderr.trim() === '') return stdout;
  return stdout.trim() === '' ? stderr : `${stdout.trimEnd()}\n${stderr}`;
}

/** An output without escapes, small enough for events and checkpoints: its beginning, where causes stand, and most of its end. */
export function boundedOutput(raw: string): string {
  const text = stripVTControlCharacters(raw);
  if (text.length <= LONGEST_KEPT) return text;
  const left = text.length - LONGEST_KEPT;
  return `${text.slice(0, KEPT_FROM_START)}\n[… ${left} characters left out …]\n${text.slice(left + KEPT_FROM_START)}`;
}
