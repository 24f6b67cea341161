import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../lib/canonical-json.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** The migrations this code brings, in order. Their numbers run from 1 without gaps. */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(FILE_NAME.exec(name)?.[1]);
      if (version !== index + 1)
        throw new Error(`migration ${name} breaks the numbering: expected ${index + 1}`);
      const sql = await readFile(path.join(folder, name), 'utf8');
      // A checkout with other line endings is the same migration.
      return { version, name, sql, checksum: sha256Hex(sql.replaceAll('\r\n', '\n')) };
    }),
  );
}
