import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { ReceiptStatement } from '../../domain/receipt.ts';
import { findTrees } from '../../git/commit-trees.ts';
import { readNote } from '../../git/notes.ts';
import { resolveSource } from '../../git/resolve-source.ts';
import type { HostEnvironment } from '../../process/child-environment.ts';
import { type ReceiptFinding, subjectOf } from './check-envelope.ts';

export interface LocalRepository {
  /** Absolute path of a local repository. */
  readonly repository: string;
  readonly environment: HostEnvironment;
  readonly timeoutMs: number;
}

/** Compares what a receipt says of commits and trees with what the repository has. The last finding may be a refusal. */
export async function checkCommits(
  statement: ReceiptStatement,
  where: LocalRepository,
): Promise<ReceiptFinding[]> {
  const { gitCommit, gitTree } = subjectOf(statement);
  const { base } = statement.predicate;
  const gitDir = await gitDirOf(where, null);
  const commits = [gitCommit, base.commit];
  const trees = await findTrees({ gitDir, commits, foreign: true, timeoutMs: where.timeoutMs });
  const tree = trees.get(gitCommit);
  if (tree === undefined) {
    const detail = `Commit ${gitCommit} is not in ${where.repository}.`;
    return [{ part: 'commit', ok: false, detail }];
  }
  const found: ReceiptFinding[] = [{ part: 'commit', ok: true, detail: gitCommit }];
  if (tree !== gitTree) {
    const detail = `Commit ${gitCommit} has tree ${tree}, the receipt is about tree ${gitTree}.`;
    return [...found, { part: 'tree', ok: false, detail }];
  }
  found.push({ part: 'tree', ok: true, detail: tree });
  const baseTree = trees.get(base.commit);
  if (baseTree !== undefined && baseTree !== base.tree) {
    const detail = `Base commit ${base.commit} has tree ${baseTree}, the receipt says ${base.tree}.`;
    return [...found, { part: 'base', ok: false, detail }];
  }
  const detail = baseTree === undefined ? `${base.commit} is not here, so it was not compared` : base.commit;
  return [...found, { part: 'base', ok: true, detail }];
}

/** The receipts in the note of a commit, as text; null: there is no such commit, or it has no note of Runyard's. */
export async function receiptsOfCommit(
  revision: string,
  where: LocalRepository,
): Promise<{ readonly commit: string; readonly receipts: readonly string[] } | null> {
  const gitDir = await gitDirOf(where, null);
  const found = await resolve(where, revision);
  if (found === null) return null;
  const { timeoutMs } = where;
  const note = await readNote(found, { gitDir, foreign: true, timeoutMs });
  if (note === null) return null;
  return { commit: found, receipts: note.split('\n').filter((line) => line.trimStart().startsWith('{')) };
}

async function resolve(where: LocalRepository, revision: string): Promise<string | null> {
  const { repository, environment, timeoutMs } = where;
  const options = { repository, base: revision, userEnvironment: environment, skipWorkTree: true, timeoutMs };
  try {
    return (await resolveSource(options)).baseCommit;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'git.missing-branch') return null;
    throw error;
  }
}

/** Where the objects of a local repository are. */
export async function gitDirOf(
  { repository, environment, timeoutMs }: LocalRepository,
  base: string | null,
): Promise<string> {
  const source = await resolveSource({
    repository,
    base,
    userEnvironment: environment,
    skipWorkTree: true,
    timeoutMs,
  });
  if (source.kind === 'local' && source.gitDir !== null) return source.gitDir;
  const detail = 'A receipt is compared with a local clone of it.';
  throw runyardError('git.not-a-repository', { repository, detail });
}
