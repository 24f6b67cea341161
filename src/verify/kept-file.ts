import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { newId } from '../lib/ids.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** What was kept under this name, or null. Reading counts as use: retention goes by it. */
export async function readKept<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const value = schema.parse(JSON.parse(await readFile(file, 'utf8')));
    await utimes(file, new Date(), new Date());
    return value;
  } catch {
    // Absent, of another form, or half written by a crash: it is made anew.
    return null;
  }
}

/** Whole or not at all; what is too large is made anew each time. */
export async function keep(file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MOST_BYTES) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}
