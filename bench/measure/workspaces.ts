import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace } from '../../src/git/create-workspace.ts';
import { ensureMirror } from '../../src/git/ensure-mirror.ts';
import { materialise } from '../../src/git/materialise.ts';
import { detachOverlay } from '../../src/git/overlay/overlay-mount.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';

interface Sample {
  readonly ms: number;
  readonly firstStatusMs: number | null;
}

export interface WorkspaceBench {
  /** By name, in the order in which they are measured; the layer is made by the one that says so. */
  readonly ways: Readonly<Record<string, () => Promise<Sample>>>;
  workspace(way: 'checkout' | 'overlay'): Promise<Sample>;
}

const timeoutMs = 300_000;
const FILES_PER_FOLDER = 100;
const environment = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@localhost',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@localhost',
};

/**
 * Generates a repository and gives the ways to lay out its files. A sample is moved aside and stays: after the removal of many files this
 * machine makes new ones ten times slower for a while, and whoever comes next would pay for it.
 */
export async function createWorkspaceBench(folder: string, files: number): Promise<WorkspaceBench> {
  const source = join(folder, 'source');
  generate(source, files);
  const resolved = await resolveSource({ repository: source, base: null, timeoutMs });
  const mirror = await ensureMirror({ mirrorsDir: join(folder, 'mirrors'), source: resolved, timeoutMs });
  const layers = { folder: join(folder, 'layers'), workspaces: folder, fewestFiles: 0 };
  const place = join(folder, 'workspace');
  const checkout = join(place, 'checkout');

  let aside = 0;
  function setAside(path: string): void {
    aside += 1;
    if (existsSync(path)) renameSync(path, join(folder, `aside-${aside}`));
  }

  async function sample(work: () => unknown, withStatus = true): Promise<Sample> {
    mkdirSync(place, { recursive: true });
    // What the last sample left for the disk to do would slow this one down.
    execFileSync('sync');
    const ms = await timed(work);
    const firstStatusMs = withStatus ? await timed(() => git(checkout, 'status', '--porcelain')) : null;
    await detachOverlay(place);
    setAside(place);
    return { ms, firstStatusMs };
  }
  const workspace = (way: 'checkout' | 'overlay') =>
    sample(() =>
      createWorkspace({
        workspaceDir: place,
        ...mirror,
        branch: 'bench',
        layers: way === 'overlay' ? layers : null,
        timeoutMs,
      }),
    );
  const over = { layers, ...mirror };
  const options = { gitDir: mirror.mirrorDir, targetDir: checkout, withRepository: true, timeoutMs };
  const clean = (how: { over?: typeof over }) =>
    sample(() => materialise({ ...options, commit: mirror.baseCommit, ...how }));
  return {
    workspace,
    ways: {
      'git worktree add': async () => {
        const taken = await sample(() => git(source, 'worktree', 'add', '--quiet', '--detach', checkout));
        git(source, 'worktree', 'prune');
        return taken;
      },
      'git clone --shared': () => sample(() => git(folder, 'clone', '--quiet', '--shared', source, checkout)),
      'our checkout': () => workspace('checkout'),
      'overlay, its layer made first': () => {
        setAside(layers.folder);
        return workspace('overlay');
      },
      'overlay over a prepared layer': () => workspace('overlay'),
      'clean copy for checks, checked out': () => clean({}),
      'clean copy for checks, overlay': () => clean({ over }),
    },
  };
}

function generate(source: string, files: number): void {
  for (let file = 0; file < files; file += 1) {
    const folder = join(source, `pkg${file % 30}`, `m${Math.floor(file / FILES_PER_FOLDER)}`);
    if (file % FILES_PER_FOLDER < 30) mkdirSync(folder, { recursive: true });
    const content = `export const value = ${file};\n`.repeat(10 + (file % 110));
    writeFileSync(join(folder, `f${file}.ts`), content);
  }
  git(source, 'init', '--quiet', '--initial-branch=main');
  git(source, 'add', '--all');
  git(source, 'commit', '--quiet', '-m', 'base');
}

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', args, { cwd, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
