import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { POSTGRES_MAJOR } from './binaries.ts';
import type { Layout } from './layout.ts';
import type { Tools } from './tools.ts';

export const SUPERUSER = 'runyard';
const INITDB_LIMIT_MS = 120_000;
/** No initdb takes this long; what is older was left by a process that died in it. */
const STALE_AFTER_MS = 10 * 60_000;

/**
 * Makes the cluster if it is not there. It is made beside its place and renamed, so it is never seen half-made; of two processes at
 * once the second rename fails and the first one's cluster counts.
 */
export async function ensureCluster(layout: Layout, tools: Tools): Promise<void> {
  await sweepStale(layout);
  const major = await readFile(path.join(layout.cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (major === null) return createCluster(layout, tools);
  if (major.trim() !== POSTGRES_MAJOR) {
    const folder = layout.cluster;
    throw runyardError('store.embedded-version', { folder, found: major.trim(), expected: POSTGRES_MAJOR });
  }
}

async function createCluster(layout: Layout, tools: Tools): Promise<void> {
  const unique = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const fresh = `${layout.cluster}.init-${unique}`;
  const passwordFile = path.join(layout.root, `password.init-${unique}`);
  try {
    await writeFile(passwordFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
    const { exitCode, output } = await tools.run('initdb', initdbArgs(fresh, passwordFile), INITDB_LIMIT_MS);
    if (exitCode !== 0) throw runyardError('store.embedded-init-failed', { folder: layout.cluster, output });
    await rename(passwordFile, path.join(fresh, path.basename(layout.passwordFile)));
    await rename(fresh, layout.cluster).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await Promise.all([fresh, passwordFile].map((left) => rm(left, { recursive: true, force: true })));
  }
}

/**
 * The socket is in a folder only its owner can enter; the password comes on top, because agents may run as the same user where the
 * sandbox is weak, and a socket that leaks into a sandbox is then still closed. It is 256 random bits, so stretching it would only make
 * connections slower (scram_iterations).
 */
function initdbArgs(folder: string, passwordFile: string): string[] {
  return [
    ...['-D', folder, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--no-instructions'],
    ...['-c', 'scram_iterations=1'],
  ];
}

async function sweepStale(layout: Layout): Promise<void> {
  for (const name of await readdir(layout.root)) {
    if (!name.includes('.init-')) continue;
    const left = path.join(layout.root, name);
    const age = Date.now() - ((await stat(left).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > STALE_AFTER_MS) await rm(left, { recursive: true, force: true });
  }
}
