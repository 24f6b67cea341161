import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOwnedFolder, sweepOnceUnused, sweepOwnedFolders } from './owned-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'runyard-sweep-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const now = new Date('2026-01-02T12:00:00Z');

/** A folder as a process makes it that is killed before it can remove it. */
async function folderOfKilledProcess(): Promise<string> {
  const script = `
    const { makeOwnedFolder } = await import(${JSON.stringify(import.meta.resolve('./owned-folder.ts'))});
    process.stdout.write(makeOwnedFolder('git', ${JSON.stringify(parent)}));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path] = (await once(child.stdout, 'data')) as [Buffer];
  expect(sweepOwnedFolders(now, parent)).toBe(0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return String(path);
}

describe('X10: temporary folders', () => {
  it('are removed as soon as the process that made them is gone, and not before', async () => {
    const mine = makeOwnedFolder('verify', parent);
    const left = await folderOfKilledProcess();
    writeFileSync(join(left, 'HEAD'), 'x');
    expect(sweepOwnedFolders(now, parent)).toBe(1);
    expect(readdirSync(parent)).toEqual([basename(mine)]);
  });

  it('are removed once a git of the process that was killed has ended, too: it would make them again', async () => {
    const left = await folderOfKilledProcess();
    const git = spawn('sh', ['-c', 'echo begun; read -r nothing; mkdir -p "$GIT_DIR/refs/heads"'], {
      env: { PATH: process.env['PATH'], GIT_DIR: left },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(git.stdout, 'data');
    const swept = sweepOnceUnused(now, parent);
    expect(readdirSync(parent)).toEqual([basename(left)]);
    git.stdin.end();
    expect(await swept).toBe(1);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('of a process in another container are removed after a day, and what has another name never', () => {
    const dayAndMore = 25 * 3_600_000;
    const ages = {
      'runyard-git-1-1-1-old': dayAndMore,
      'runyard-git-1-1-1-new': 1000,
      'runyard-git-oldest': dayAndMore,
      'other-old': dayAndMore,
    };
    for (const [name, ageMs] of Object.entries(ages)) {
      const then = new Date(now.getTime() - ageMs);
      mkdirSync(join(parent, name));
      utimesSync(join(parent, name), then, then);
    }
    expect(sweepOwnedFolders(now, parent)).toBe(2);
    expect(readdirSync(parent).sort()).toEqual(['other-old', 'runyard-git-1-1-1-new']);
  });

  it('that cannot be made because their parent is not there say what to set', () => {
    const missing = join(parent, 'none');
    const fields = expect.objectContaining({ path: missing }) as unknown;
    const refusal = expect.objectContaining({ code: 'host.no-temporary-folder', fields }) as Error;
    expect(() => makeOwnedFolder('git', missing)).toThrow(refusal);
    expect(() => sweepOwnedFolders(now, missing)).toThrow(refusal);
  });
});
