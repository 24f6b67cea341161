import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { applyEdit } from './apply-edit.ts';
import type { Case, Stack } from './corpus-file.ts';

export interface CaseRepository {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
  /** Line of a text in the changed file, from 1. */
  lineOf(file: string, text: string): number | null;
}

const root = path.resolve(import.meta.dirname, '../..');

/** A git repository with the base commit on `main` and the case's change as a second commit. */
export function makeCaseRepository(each: Case, folder: string): CaseRepository {
  layOutBase(each, folder);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  const base = commitAll(folder, 'base');
  makeChange(each, folder);
  const head = commitAll(folder, each.spec.name);
  return { folder, base, head, lineOf: (file, text) => lineIn(path.join(folder, file), text) };
}

/** The files of the base commit, without git. */
export function layOutBase({ stack, spec }: Case, folder: string): void {
  copyBase(stack, folder);
  for (const edit of [...stack.base, ...spec.before])
    applyEdit(edit, { target: folder, stackFolder: stack.folder });
}

/** Throws where the change does not fit. */
export function makeChange({ stack, spec }: Case, folder: string): void {
  for (const edit of spec.change) applyEdit(edit, { target: folder, stackFolder: stack.folder });
}

export function lineIn(file: string, text: string): number | null {
  const lines = readFileSync(file, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  return index === -1 ? null : index + 1;
}

function copyBase({ installed, folder }: Stack, target: string): void {
  if (!installed) {
    cpSync(path.join(folder, 'repository'), target, { recursive: true });
    return restoreNames(target);
  }
  const source = path.join(root, 'node_modules', installed);
  const inside = (file: string) => path.relative(source, file).split(path.sep);
  cpSync(source, target, { recursive: true, filter: (file) => !inside(file).includes('node_modules') });
}

/** Names that would act on Runyard's own repository if they were stored as they are. */
function restoreNames(target: string): void {
  for (const name of ['gitignore', 'npmrc', 'gitattributes']) {
    const stored = path.join(target, `_${name}`);
    if (existsSync(stored)) renameSync(stored, path.join(target, `.${name}`));
  }
}

/** The same commit for the same files, so that baselines of an earlier run can be found again. */
function commitAll(folder: string, message: string): string {
  git(folder, 'add', '--all', '--force');
  git(folder, 'commit', '--quiet', '--no-verify', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

function git(cwd: string, ...args: string[]): string {
  const who = { NAME: 'Corpus', EMAIL: 'corpus@example.org', DATE: '2026-03-04T05:06:07Z' };
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: path.dirname(cwd),
    ...Object.fromEntries(
      Object.entries(who).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
