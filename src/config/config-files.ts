import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { parseDocument } from 'yaml';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { type Assignment, assignmentsOfDocument } from './layers.ts';

export const configFileName = 'runyard.yaml';

/** The settings of a configuration file; null when there is no such file. */
export async function readConfigFile(file: string): Promise<Assignment[] | null> {
  const text = await readIfThere(file);
  if (text === null) return null;
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0];
  if (problem) throw runyardError('config.file-malformed', { file, detail: problem.message.trim() });
  return assignmentsOfDocument(document.toJS() as unknown, file);
}

/** The variables of a `.env` file, as Node reads them; empty when there is none. */
export async function readEnvFile(file: string): Promise<Record<string, string>> {
  const text = await readIfThere(file);
  if (text === null) return {};
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text)))
    if (value !== undefined) variables[name] = value;
  return variables;
}

/** The first of these files that exists. */
export async function firstExisting(files: readonly string[]): Promise<string | null> {
  for (const file of files) if ((await readIfThere(file)) !== null) return file;
  return null;
}

/** Whether users other than the owner may read the file. Always false where the system has no such modes. */
export async function isReadableByOthers(file: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const { mode } = await stat(file);
  return (mode & 0o044) !== 0;
}

/** `~/x` and relative paths made absolute; relative ones count from `from`. */
export function absolutePath(written: string, { home, from }: { home: string; from: string }): string {
  if (written === '~' || written.startsWith('~/')) return path.join(home, written.slice(1));
  return path.resolve(from, written);
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw runyardError('config.file-unreadable', { file, detail: messageOf(error) }, error);
  }
}
