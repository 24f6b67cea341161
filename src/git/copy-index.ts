import { copyFileSync, statSync, utimesSync } from 'node:fs';

/**
 * A copy that git may trust as it trusts the original. git as most systems build it compares times by the second: a file that was changed in
 * the second of its checkout, to the same size, is only noticed because the index is no newer than the file ("racy git",
 * Documentation/technical/racy-git.txt). A copy with a time of its own would make git blind to that change.
 */
export function copyIndex(from: string, to: string): void {
  copyFileSync(from, to);
  const { atime, mtime } = statSync(from);
  utimesSync(to, atime, mtime);
}
