import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bundles and other large results of runs, by run and name. */
export interface Artifacts {
  /** Stores all of `content` or nothing; an artifact of the same name is replaced. `confirm` is asked last, and refuses by throwing. */
  put(
    artifact: { runId: string; name: string },
    content: Readable,
    confirm?: Confirm,
  ): Promise<{ bytes: number }>;
  /** The file of an artifact, or null. Its content never changes while it is open. */
  find(runId: string, name: string): Promise<string | null>;
  read(file: string): Readable;
  list(runId: string): Promise<string[]>;
  removeAll(runId: string): Promise<void>;
}

type Confirm = () => Promise<unknown>;

const NAME = /^[a-z0-9][a-z0-9.-]{0,99}$/;

export function isArtifactName(name: string): boolean {
  return NAME.test(name) && !name.includes('..');
}

/** Artifacts as files under `<data>/artifacts/<run>/`. */
export function createFileArtifacts(root: string): Artifacts {
  function fileOf(runId: string, name: string): string {
    if (!isArtifactName(name) || !isArtifactName(runId))
      throw new RangeError(`not an artifact name: ${name}`);
    return path.join(root, runId, name);
  }

  return {
    async put({ runId, name }, content, confirm) {
      const file = fileOf(runId, name);
      // Until the pipeline listens, a broken upload would be an error nobody handles.
      content.on('error', () => undefined);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      // The folder may be shared by hosts, where process ids repeat.
      const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
      try {
        // flush: an acknowledged artifact must survive a power cut like the row that names it.
        await pipeline(content, createWriteStream(partial, { mode: 0o600, flush: true }));
        await confirm?.();
        await rename(partial, file);
      } finally {
        await rm(partial, { force: true });
      }
      return { bytes: (await stat(file)).size };
    },
    async find(runId, name) {
      const file = fileOf(runId, name);
      const found = await stat(file).catch(() => null);
      return found?.isFile() ? file : null;
    },
    read: (file) => createReadStream(file),
    async list(runId) {
      const names = await readdir(path.join(root, runId)).catch(() => []);
      return names.filter((name) => !name.endsWith('.partial')).sort();
    },
    removeAll: (runId) => rm(path.join(root, runId), { recursive: true, force: true }),
  };
}
