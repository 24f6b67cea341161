import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type ServerFile, serverFileSchema } from '../api/contract.ts';

/** Says where the control plane of a data folder listens. Written whole or not at all. */
export async function writeServerFile(file: string, content: ServerFile): Promise<void> {
  const partial = `${file}.${content.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}

export async function readServerFile(file: string): Promise<ServerFile | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return serverFileSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Removes the file if it is still ours. */
export async function removeServerFile(file: string, pid: number): Promise<void> {
  if ((await readServerFile(file))?.pid === pid) await rm(file, { force: true });
}
