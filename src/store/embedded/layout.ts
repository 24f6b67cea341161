import { lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';

/** Where the parts of the embedded database lie. All folders are private to their owner. */
export interface Layout {
  /** `<data folder>/postgres`. */
  readonly root: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly libraryLinks: string;
  readonly socketDir: string;
}

/** Part of the socket's file name; nothing listens on a TCP port. */
export const SOCKET_PORT = 5432;

/** Makes the folders. The same data folder gives the same layout by whatever path it is named. */
export async function prepareLayout(dataDir: string): Promise<Layout> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const root = path.join(await realpath(dataDir), 'postgres');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const cluster = path.join(root, 'cluster');
  return {
    root,
    cluster,
    // Inside the cluster, so that two processes that create it at once cannot mix one's password with the other's cluster.
    passwordFile: path.join(cluster, 'runyard-password'),
    logFile: path.join(root, 'postgres.log'),
    libraryLinks: path.join(root, 'libraries'),
    socketDir: await prepareSocketDir(root),
  };
}

/** The longest socket path Linux takes is 107 bytes, macOS takes 103 (sun_path). */
const LONGEST_SOCKET_PATH = 103;

async function prepareSocketDir(root: string): Promise<string> {
  const beside = path.join(root, 'socket');
  const socket = path.join(beside, `.s.PGSQL.${SOCKET_PORT}`);
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH) return privateFolder(beside);
  // Not os.tmpdir(): two processes with another TMPDIR must find the same socket.
  const mine = await privateFolder(`/tmp/runyard-${process.getuid?.() ?? 0}`);
  return privateFolder(path.join(mine, sha256Hex(root).slice(0, 12)));
}

/** A folder only we may enter. One that somebody else put there first is refused: it could hold a socket of theirs. */
async function privateFolder(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  const mode = found.mode & 0o777;
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    const detail = `It must be a folder of user ${process.getuid?.() ?? '?'} with mode 0700; it belongs to user ${found.uid} with mode 0${mode.toString(8)}.`;
    throw runyardError('store.socket-folder-unsafe', { folder, detail });
  }
  return folder;
}
