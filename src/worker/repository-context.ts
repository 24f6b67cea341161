import { runyardError } from '../domain/errors/runyard-error.ts';
import { type GitOptions, git, textOf } from '../git/git.ts';
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
  const shown = SHOWN_FILES.filter((name) => files.includes(name));
  const contents = await readBlobs(
    shown.map((name) => `${baseCommit}:${name}`),
    options,
  );
  for (const [index, name] of shown.entries()) {
    parts.push(`\n--- ${name}\n${(contents[index] ?? '').slice(0, LONGEST_FILE_CHARACTERS)}`);
  }
  return parts.join('\n');
}

/** Several blobs with one process; the answer is `<name> blob <size>`, a newline, the bytes, a newline (git-cat-file(1), BATCH OUTPUT). */
async function readBlobs(names: readonly string[], options: GitOptions): Promise<string[]> {
  if (names.length === 0) return [];
  const { stdout } = await git(['cat-file', '--batch'], { ...options, input: `${names.join('\n')}\n` });
  const blobs: string[] = [];
  let at = 0;
  while (blobs.length < names.length) {
    const lineEnd = stdout.indexOf('\n', at);
    const size = Number(stdout.slice(at, lineEnd).split(' ').at(-1));
    if (lineEnd < 0 || !Number.isInteger(size)) break;
    blobs.push(Buffer.from(stdout.slice(lineEnd + 1, lineEnd + 1 + size), 'latin1').toString('utf8'));
    at = lineEnd + 1 + size + 1;
  }
  return blobs;
}
