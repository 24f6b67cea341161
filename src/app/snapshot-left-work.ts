import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { git, textOf } from '../git/git.ts';
import { snapshotFromOutside } from '../git/snapshot/snapshot-from-outside.ts';
import { workspaceFolders } from '../git/workspace.ts';

const TIMEOUT_MS = 60_000;

export interface LeftWork {
  readonly workspaceDir: string;
  readonly runId: string;
  readonly name: string;
  /** The tree of the last snapshot of this run. */
  readonly knownTree?: string | undefined;
}

/** Keeps what a dead worker left. Mirror and base commit are read from the host-owned repository; the agent's is never looked at. */
export async function snapshotLeftWork({
  workspaceDir,
  runId,
  name,
  knownTree,
}: LeftWork): Promise<{ ref: string; commit: string; tree: string } | null> {
  const gitDir = path.join(workspaceDir, 'host.git');
  const { baseIndex, checkout } = workspaceFolders(workspaceDir);
  // Written last: without it the workspace was never finished, and no agent has been in it.
  if (!existsSync(baseIndex)) return null;
  // The agent removed it: nothing is left that could be kept.
  if (!existsSync(checkout)) return null;
  const [alternate = ''] = (await readFile(path.join(gitDir, 'objects/info/alternates'), 'utf8')).split('\n');
  const baseCommit = textOf(
    await git(['rev-parse', '--verify', 'HEAD'], { gitDir, timeoutMs: TIMEOUT_MS }),
  ).trim();
  return snapshotFromOutside({
    workspaceDir,
    mirrorDir: path.dirname(alternate),
    runId,
    name,
    baseCommit,
    knownTree,
    date: new Date(),
    timeoutMs: TIMEOUT_MS,
  });
}
