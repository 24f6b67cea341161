import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toolFolders } from './tool-folders.ts';

const home = mkdtempSync(join(tmpdir(), 'runyard-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('toolFolders', () => {
  it('gives what the programs on PATH need of a hidden home folder, and nothing that may hold keys', () => {
    for (const folder of [
      '.nvm/versions/node/v22/bin',
      '.nvm/versions/node/v22/lib',
      '.cargo/bin',
      '.ssh',
      '.config',
      'bin',
      'lib',
      'tools/x/bin',
      'tools/x/lib',
    ]) {
      mkdirSync(join(home, folder), { recursive: true });
    }
    const path = [
      '/usr/bin',
      join(home, '.nvm/versions/node/v22/bin'),
      join(home, 'bin'),
      join(home, 'tools/x/bin'),
      home,
    ].join(':');
    expect(
      toolFolders(path, home)
        .map((folder) => folder.slice(home.length + 1))
        .sort(),
    ).toEqual([
      '.cargo/bin',
      '.nvm/versions',
      '.nvm/versions/node/v22',
      '.nvm/versions/node/v22/bin',
      'bin',
      'tools/x',
      'tools/x/bin',
    ]);
  });
});
