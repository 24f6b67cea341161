import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type StrategyFinding,
  strategyAfterTrial,
  strategyWithoutTrial,
  type WorkspaceStrategy,
} from '../../domain/workspace-strategy.ts';
import { findExecutable, systemPath } from '../../process/find-executable.ts';
import { runProcess } from '../../process/run-process.ts';

export interface DetectOverlay {
  readonly wanted: WorkspaceStrategy | 'auto';
  /** Absolute, and there; the trial is made in it. */
  readonly dataDir: string;
}

/** Which strategy works here, found by a real mount in the data folder. An `overlay` that was asked for and does not work is told, not refused. */
export async function detectOverlay({ wanted, dataDir }: DetectOverlay): Promise<StrategyFinding> {
  const missingProgram = PROGRAMS.find((name) => findExecutable(name) === null) ?? null;
  const isRoot = process.getuid?.() === 0;
  const known = strategyWithoutTrial({
    wanted,
    platform: process.platform,
    isRoot,
    missingProgram,
    dataDir,
  });
  return known ?? strategyAfterTrial(await tryMount(dataDir));
}

const PROGRAMS = ['unshare', 'nsenter', 'mount', 'umount', 'sh'];

/** What a command is started with to have mounts of its own. The process becomes the command: its id stays. */
export function ownMountsArgv(): [string, ...string[]] {
  return [findExecutable('unshare') ?? 'unshare', '--mount', '--propagation', 'private', '--'];
}

/** Files must keep their number and times through the mount, or git would read every one of them again. */
const TRIAL = `cd "$1" && mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" "$1/merged" || exit 1
[ "$(stat -c '%i %Z' merged/file)" = "$(stat -c '%i %Z' lower/file)" ] || { echo 'files change their identity there' >&2; exit 1; }
echo changed > merged/file && rm merged/other && [ "$(cat lower/file)" = as-it-was ] && [ -e lower/other ]`;

/** null: it works. */
async function tryMount(dataDir: string): Promise<string | null> {
  const folder = mkdtempSync(join(dataDir, '.overlay-trial-'));
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
    for (const name of ['file', 'other']) writeFileSync(join(folder, 'lower', name), 'as-it-was');
    const result = await runProcess({
      argv: [...ownMountsArgv(), 'sh', '-c', TRIAL, 'sh', folder],
      cwd: '/',
      env: { PATH: systemPath },
      limits: { timeoutMs: 10_000, killGraceMs: 500, maxOutputBytes: 4096 },
    });
    return result.error ? result.stderr.trim() || result.error.why : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
