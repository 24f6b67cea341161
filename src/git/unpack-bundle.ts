import { type FileHandle, open } from 'node:fs/promises';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { git } from './git.ts';

export interface UnpackBundle {
  /** A git directory of ours; its object store, or the one `env` names, grows. */
  readonly gitDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Made by `createBundle`. */
  readonly file: string;
  /** Whose objects they become, for messages. */
  readonly subject: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Adds a bundle's objects and checks them: each one, and that nothing they name is missing. One process, where `git fetch` of the same file
 * takes four. A bundle is a header, an empty line and a pack (gitformat-bundle(5)).
 */
export async function unpackBundle(options: UnpackBundle): Promise<void> {
  const { gitDir, env, file, subject, timeoutMs, signal } = options;
  const handle = await open(file);
  try {
    // The child goes on reading where we stopped: a descriptor's position is shared.
    await skip(handle, await headerLength(handle, file));
    const input = { fileDescriptor: handle.fd };
    const args = ['index-pack', '--stdin', '--fix-thin', '--strict'];
    await git(args, { gitDir, env, input, subject, timeoutMs, signal });
  } finally {
    await handle.close();
  }
}

const LONGEST_HEADER_BYTES = 256 * 1024;
async function headerLength(handle: FileHandle, file: string): Promise<number> {
  const start = await handle.read(Buffer.alloc(LONGEST_HEADER_BYTES), 0, LONGEST_HEADER_BYTES, 0);
  const text = start.buffer.toString('latin1', 0, start.bytesRead);
  const end = text.indexOf('\n\nPACK');
  if (/^# v[23] git bundle\n/.test(text) && end >= 0) return end + 2;
  throw runyardError('git.bad-state', { repository: file, detail: 'The file is not a whole git bundle.' });
}

async function skip(handle: FileHandle, bytes: number): Promise<void> {
  await handle.read(Buffer.alloc(bytes), 0, bytes, null);
}
