import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitOptions, git } from './git.ts';
import { writeRepository } from './repository-layout.ts';

export interface WorkTreeOfSource {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly top: string;
  readonly headCommit: string;
}

const LIMIT_MS = 5000;

/**
 * How many files of a work tree differ from HEAD, tracked or not; null when that cannot be told quickly. Looked at through a git
 * directory of our own, so no filter or monitor the repository configures is run, and its index is not refreshed.
 */
export async function uncommittedChanges(
  { gitDir, commonDir, top, headCommit }: WorkTreeOfSource,
  inside: GitOptions,
): Promise<number | null> {
  const ours = mkdtempSync(join(tmpdir(), 'runyard-look-'));
  try {
    const alternates = [join(commonDir, 'objects')];
    writeRepository({ gitDir: ours, bare: false, head: headCommit, alternates, exampleCommit: headCommit });
    const output = await git(['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all'], {
      ...inside,
      gitDir: ours,
      workTree: top,
      timeoutMs: Math.min(LIMIT_MS, inside.timeoutMs),
      env: { GIT_INDEX_FILE: join(gitDir, 'index') },
      maxOutputBytes: 1024 * 1024,
    });
    return output.stdout.split('\0').filter(Boolean).length;
  } catch {
    return null;
  } finally {
    rmSync(ours, { recursive: true, force: true });
  }
}
