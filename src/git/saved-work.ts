import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundleRef } from './bundle.ts';
import { type ChangedFile, changeArgs, parseChanges, publicChange } from './changed-files.ts';
import { git, textOf } from './git.ts';

/** A state of a run's work tree that was kept: a snapshot before something ended, or the commit of an attempt. */
export interface SavedWork {
  /** `handed-over-1`, `failed-2`; `attempt-1` for the commit of an attempt. */
  readonly name: string;
  readonly ref: string;
  readonly commit: string;
  readonly tree: string;
  readonly baseCommit: string;
  readonly at: Date;
  readonly files: readonly ChangedFile[];
}

export interface SavedWorkOptions {
  readonly mirrorDir: string;
  readonly runId: string;
  /** Commits whose bundles were imported. */
  readonly attempts: readonly { readonly number: number; readonly commit: string }[];
  readonly timeoutMs: number;
}

/** The mirror that has the snapshots of a run, or at least its base commit; the source itself may be gone. */
export function findMirrorOf(
  mirrorsDir: string,
  { runId, baseCommit }: { readonly runId: string; readonly baseCommit: string | null },
): string | null {
  const mirrors = existsSync(mirrorsDir) ? readdirSync(mirrorsDir).map((name) => join(mirrorsDir, name)) : [];
  const having = (ref: string) => mirrors.find((mirror) => existsSync(join(mirror, ref))) ?? null;
  const withSnapshots = having(`refs/runyard/${runId}`);
  return withSnapshots ?? (baseCommit === null ? null : having(`refs/runyard/base/${baseCommit}`));
}

const FORMAT = '%(refname)%00%(objectname)%00%(tree)%00%(parent)%00%(committerdate:unix)';

/** What there is, the newest first; of several with the same files only the newest. */
export async function listSavedWork(options: SavedWorkOptions): Promise<SavedWork[]> {
  const { mirrorDir, runId, attempts, timeoutMs } = options;
  const folder = `refs/runyard/${runId}/`;
  const nameOf = new Map(attempts.map(({ number, commit }) => [bundleRef(commit), `attempt-${number}`]));
  const output = await git(['for-each-ref', `--format=${FORMAT}`, folder, ...nameOf.keys()], {
    gitDir: mirrorDir,
    timeoutMs,
  });
  const found = textOf(output)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [ref = '', commit = '', tree = '', baseCommit = '', seconds = '0'] = line.split('\0');
      const name = nameOf.get(ref) ?? ref.slice(folder.length);
      return { name, ref, commit, tree, baseCommit, at: new Date(Number(seconds) * 1000) };
    })
    .sort((a, b) => b.at.getTime() - a.at.getTime() || b.name.localeCompare(a.name));
  const kept = found.filter(({ tree }, index) => found.findIndex((other) => other.tree === tree) === index);
  return Promise.all(kept.map(async (work) => ({ ...work, files: await filesOf(work, options) })));
}

async function filesOf(
  { baseCommit, commit }: Pick<SavedWork, 'baseCommit' | 'commit'>,
  { mirrorDir, timeoutMs }: SavedWorkOptions,
): Promise<ChangedFile[]> {
  const output = await git(['diff-tree', ...changeArgs, baseCommit, commit], {
    gitDir: mirrorDir,
    timeoutMs,
  });
  return parseChanges(output.stdout).map(publicChange);
}

/** What `git apply` takes, binary files included, byte for byte. */
export async function patchOf(
  { baseCommit, commit }: Pick<SavedWork, 'baseCommit' | 'commit'>,
  { mirrorDir, timeoutMs }: Pick<SavedWorkOptions, 'mirrorDir' | 'timeoutMs'>,
): Promise<Buffer> {
  const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--binary', '--full-index'];
  const args = ['diff', ...plain, '--end-of-options', baseCommit, commit];
  return Buffer.from((await git(args, { gitDir: mirrorDir, timeoutMs })).stdout, 'latin1');
}
