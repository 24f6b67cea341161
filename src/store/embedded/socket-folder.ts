import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';

/** The longest socket path Linux takes is 107 bytes, macOS takes 103 (sun_path). */
const LONGEST_SOCKET_PATH = 103;

/**
 * A private folder for unix sockets: the wanted one, or, where the path of a socket in it would be too long, a short one that every
 * process finds by the same name.
 */
export async function prepareSocketFolder(wanted: string, longestName: string): Promise<string> {
  if (Buffer.byteLength(path.join(wanted, longestName)) <= LONGEST_SOCKET_PATH) return privateFolder(wanted);
  // Not os.tmpdir(): two processes with another TMPDIR must find the same socket.
  const mine = await privateFolder(`/tmp/runyard-${process.getuid?.() ?? 0}`);
  return privateFolder(path.join(mine, sha256Hex(wanted).slice(0, 12)));
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
