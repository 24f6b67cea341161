import { lstat } from 'node:fs/promises';
import { fromErrorData } from '../domain/errors/runyard-error.ts';
import { systemPath } from './find-executable.ts';
import { runProcess } from './run-process.ts';

export interface Removal {
  /** For everything; absent: two minutes. */
  readonly limitMs?: number;
  /** What removes, with the folder as its last word; absent: `rm -rf --`. */
  readonly command?: readonly [string, ...string[]];
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** Nothing the size of a disk is removed in less; nothing waits longer for it (G2). */
const LIMIT_MS = 120_000;
const REMOVE = ['rm', '-rf', '--'] as const;

/**
 * Removes a folder with what is in it, by a program that can be ended when it hangs (a mount that does not answer), and that walks from
 * folder to folder, beyond the longest path. Folders without permissions are opened first. Throws when it is not gone in time.
 */
export async function removeFolder(
  folder: string,
  { limitMs = LIMIT_MS, command = REMOVE, signal }: Removal = {},
): Promise<void> {
  if (!(await isThere(folder))) return;
  const deadline = Date.now() + limitMs;
  const left = () => Math.max(1, deadline - Date.now());
  const first = await coreutil([...command, folder], { timeoutMs: left(), signal });
  if (!first.error) return;
  if (first.cause === 'exited') {
    await coreutil(['chmod', '-R', 'u+rwx', '--', folder], { timeoutMs: left(), signal });
    const second = await coreutil([...command, folder], { timeoutMs: left(), signal });
    if (!second.error) return;
    throw fromErrorData(second.error);
  }
  throw fromErrorData(first.error);
}

function coreutil(
  argv: [string, ...string[]],
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
) {
  const limits = { timeoutMs, killGraceMs: 1000, maxOutputBytes: 4096 };
  return runProcess({ argv, cwd: '/', env: { PATH: systemPath }, limits, ...(signal && { signal }) });
}

function isThere(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => true,
    () => false,
  );
}
