import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHost } from './read-host.ts';

const MB = 1024 * 1024;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-host-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

function read() {
  const [proc, cgroups] = [path.join(folder, 'proc'), path.join(folder, 'cgroups')];
  return readHost({ dataFolder: folder, proc, cgroups });
}

const meminfo = (mb: number) =>
  `MemTotal:       99999999 kB\nMemFree:  1 kB\nMemAvailable:   ${mb * 1024} kB\n`;

describe('readHost', () => {
  it('X10: reads this host', async () => {
    const { freeDiskBytes, freeMemoryBytes } = await readHost({ dataFolder: folder });
    expect(freeDiskBytes).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(freeMemoryBytes).toBeGreaterThan(0);
  });

  it('X10: the tightest control group around the process counts, with what the kernel can give back', async () => {
    await write({
      'proc/meminfo': meminfo(8000),
      'proc/self/cgroup': '0::/outer/inner\n',
      'cgroups/outer/inner/memory.max': 'max\n',
      'cgroups/outer/inner/memory.current': `${100 * MB}\n`,
      'cgroups/outer/memory.max': `${1000 * MB}\n`,
      'cgroups/outer/memory.current': `${900 * MB}\n`,
      'cgroups/outer/memory.stat': `anon 5\ninactive_file ${50 * MB}\n`,
    });
    expect((await read()).freeMemoryBytes).toBe(150 * MB);
    await write({ 'proc/meminfo': meminfo(120) });
    expect((await read()).freeMemoryBytes).toBe(120 * MB);
  });

  it('X10: groups of version 1 count as well', async () => {
    await write({
      'proc/meminfo': meminfo(8000),
      'proc/self/cgroup': '9:name=systemd:/\n4:memory:/job\n0::/\n',
      'cgroups/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'cgroups/memory/memory.usage_in_bytes': `${3000 * MB}\n`,
      'cgroups/memory/job/memory.limit_in_bytes': `${600 * MB}\n`,
      'cgroups/memory/job/memory.usage_in_bytes': `${500 * MB}\n`,
      'cgroups/memory/job/memory.stat': `inactive_file 1\ntotal_inactive_file ${20 * MB}\n`,
    });
    expect((await read()).freeMemoryBytes).toBe(120 * MB);
  });

  it('X10: a group without a limit says nothing, and a host without these files neither', async () => {
    expect((await read()).freeMemoryBytes).toBeNull();
    await write({ 'proc/meminfo': meminfo(64), 'proc/self/cgroup': '0::/\n' });
    expect((await read()).freeMemoryBytes).toBe(64 * MB);
  });

  it('X10: a disk that cannot be asked is unknown', async () => {
    const gone = path.join(folder, 'gone');
    expect((await readHost({ dataFolder: gone })).freeDiskBytes).toBeNull();
  });
});
