import { runyardError } from '../domain/errors/runyard-error.ts';
import { git, textOf } from './git.ts';

export interface CommitTreesOptions {
  readonly gitDir: string;
  /** Full names. */
  readonly commits: readonly string[];
  /** A repository of somebody else. */
  readonly foreign?: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The tree of each commit that is there; absent: it is not, or is no commit. */
export async function findTrees(options: CommitTreesOptions): Promise<ReadonlyMap<string, string>> {
  const { commits, ...where } = options;
  for (const commit of commits) {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw new RangeError('not a full commit name');
  }
  const questions = commits.flatMap((commit) => [commit, `${commit}^{tree}`]);
  const output = await git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    ...where,
    input: `${questions.join('\n')}\n`,
  });
  const lines = textOf(output).trimEnd().split('\n');
  const found = commits.flatMap((commit, index) => {
    const isCommit = lines[2 * index] === `${commit} commit`;
    const [tree = '', type] = (lines[2 * index + 1] ?? '').split(' ');
    return isCommit && type === 'tree' ? [[commit, tree] as const] : [];
  });
  return new Map(found);
}

/** The tree of each commit; throws `git.bad-state` when one is not there. */
export async function commitTrees(options: CommitTreesOptions): Promise<readonly string[]> {
  const found = await findTrees(options);
  return options.commits.map((commit) => {
    const tree = found.get(commit);
    if (tree !== undefined) return tree;
    const detail = `Commit ${commit} is not there.`;
    throw runyardError('git.bad-state', { repository: options.gitDir, detail });
  });
}
