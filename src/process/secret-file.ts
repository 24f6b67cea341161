import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The text of a secret's file, made if there is none. Two processes at once end with the same secret. */
export async function readOrCreateSecret(file: string, create: () => string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const partial = await writePartial(file, create());
  // `link` fails when another process was first; then its file counts. The file is never seen half written.
  await link(partial, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(partial, { force: true });
  return (await readFile(file, 'utf8')).trim();
}

/** Another secret in the place of the one that is there; who reads has one or the other, whole. */
export async function replaceSecret(file: string, secret: string): Promise<void> {
  await rename(await writePartial(file, secret), file);
}

async function writePartial(file: string, secret: string): Promise<string> {
  const partial = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  await writeFile(partial, secret, { mode: 0o600, flush: true, flag: 'wx' });
  return partial;
}
