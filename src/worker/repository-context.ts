import { runyardError } from '../domain/errors/runyard-error.ts';
import { git, textOf } from '../git/git.ts';
import type { Progress } from './context.ts';

const MOST_FILES = 400;
const LONGEST_FILE_CHARACTERS = 6000;
const SHOWN_FILES = ['README.md', 'package.json', 'tsconfig.json', 'AGENTS.md', 'CLAUDE.md'];

/**
 * What every prompt says of the repository: its files and the few that explain it, read from the base commit, so that the text is the
 * same in every turn and attempt.
 */
export async function describeRepository(
  { mirrorDir, baseCommit }: Progress,
  signal: AbortSignal,
): Promise<string> {
  if (!mirrorDir || !baseCommit)
    throw runyardError('run.unexpected', { detail: 'the repository is described before it is there' });
  const options = { gitDir: mirrorDir, timeoutMs: 30_000, signal };
  const listed = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', baseCommit], options);
  const files = textOf(listed)
    .split('\0')
    .filter((name) => name !== '');
  const parts = [`Files (${files.length}):`, files.slice(0, MOST_FILES).join('\n')];
  if (files.length > MOST_FILES) parts.push(`… and ${files.length - MOST_FILES} more`);
  for (const name of SHOWN_FILES.filter((shown) => files.includes(shown))) {
    const content = textOf(await git(['cat-file', 'blob', `${baseCommit}:${name}`], options));
    parts.push(`\n--- ${name}\n${content.slice(0, LONGEST_FILE_CHARACTERS)}`);
  }
  return parts.join('\n');
}
