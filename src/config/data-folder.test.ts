import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultDataDir, prepareDataFolder } from './data-folder.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'runyard-data-'));
});
afterEach(() => rm(base, { recursive: true }));

describe('prepareDataFolder', () => {
  it('makes a folder only its owner may enter, whatever the umask, and takes it again', async () => {
    const before = process.umask(0o002);
    const folder = path.join(base, 'a/b');
    try {
      await prepareDataFolder(folder);
    } finally {
      process.umask(before);
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await expect(prepareDataFolder(folder)).resolves.toBeUndefined();
  });

  it('keeps a folder of its own out of a repository it lies in, and writes nothing into a folder that was there', async () => {
    const folder = path.join(base, 'made');
    await prepareDataFolder(folder);
    expect(await readFile(path.join(folder, '.gitignore'), 'utf8')).toBe('*\n');
    await prepareDataFolder(base);
    expect(await readdir(base)).toEqual(['made']);
  });

  it('refuses a folder others may enter, and says how to close it', async () => {
    await chmod(base, 0o755);
    await expect(prepareDataFolder(base)).rejects.toMatchObject({
      code: 'config.data-folder-open',
      text: { next: `Close it: chmod 700 '${base}'` },
    });
  });

  it.runIf(process.platform === 'linux')('refuses a place where no folder can be made', async () => {
    await expect(prepareDataFolder('/proc/runyard/data')).rejects.toMatchObject({
      code: 'config.data-folder-unusable',
    });
  });

  it('refuses a file', async () => {
    const file = path.join(base, 'file');
    await writeFile(file, '');
    await expect(prepareDataFolder(file)).rejects.toMatchObject({ code: 'config.data-folder-unusable' });
    await expect(prepareDataFolder(path.join(file, 'x'))).rejects.toMatchObject({
      code: 'config.data-folder-unusable',
    });
  });
});

describe('defaultDataDir', () => {
  it('follows XDG_DATA_HOME, then HOME', () => {
    expect(defaultDataDir({ XDG_DATA_HOME: '/x', HOME: '/h' })).toBe('/x/runyard');
    expect(defaultDataDir({ HOME: '/h' })).toBe('/h/.local/share/runyard');
  });
});
