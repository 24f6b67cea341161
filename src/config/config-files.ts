import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { parseDocument } from 'yaml';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { type Assignment, assignmentsOfDocument } from './layers.ts';

export const configFileName = 'runyard.yaml';

/** The settings of a configuration file; null when there is no such file. */
export async function readConfigFile(
  file: string,
  { isRepository = false } = {},
): Promise<Assignment[] | null> {
  const text = await readIfThere(file);
  if (text === null) return null;
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0];
  if (problem) throw runyardError('config.file-malformed', { file, detail: problem.message.trim() });
  const settings: unknown = document.toJS();
  return assignmentsOfDocument(isRepository ? withoutOwnChecks(settings) : settings, file);
}

/** Names and commands of a repository's own checks belong to verification, which reads them from the commit. */
function withoutOwnChecks(settings: unknown): unknown {
  if (settings === null || typeof settings !== 'object' || !('checks' in settings)) return settings;
  const { checks, ...others } = settings;
  if (checks === null || typeof checks !== 'object' || Array.isArray(checks)) return others;
  const rest = Object.entries(checks).filter(
    ([name]) => name !== 'commands' && name !== 'install' && name !== 'guards',
  );
  return { ...others, checks: Object.fromEntries(rest) };
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
