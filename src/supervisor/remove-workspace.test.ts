import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeWorkspace } from './remove-workspace.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'runyard-remove-'));
});
afterEach(() => execFileSync('rm', ['-rf', '--', root]));

describe('removeWorkspace', () => {
  it('G2: removes folders nested deeper than a path may be long', async () => {
    const folder = path.join(root, 'deep');
    await mkdir(folder);
    const dig =
      "const fs = require('fs'); for (let i = 0; i < 40; i++) { fs.mkdirSync('n'.repeat(200)); process.chdir('n'.repeat(200)); }";
    execFileSync(process.execPath, ['-e', dig], { cwd: folder });
    await removeWorkspace(folder);
    expect(existsSync(folder) || existsSync(`${folder}.removing`)).toBe(false);
  });

  it('G2: removes folders without permissions, and what an earlier removal left', async () => {
    const folder = path.join(root, 'closed');
    await mkdir(path.join(folder, 'inner'), { recursive: true });
    await writeFile(path.join(folder, 'inner', 'file'), '');
    await chmod(path.join(folder, 'inner'), 0o000);
    await mkdir(`${folder}.removing/rest`, { recursive: true });
    await removeWorkspace(folder);
    expect(existsSync(folder) || existsSync(`${folder}.removing`)).toBe(false);
  });

  it('a workspace that is not there is fine', async () => {
    await expect(removeWorkspace(path.join(root, 'none'))).resolves.toBeUndefined();
  });
});
