import { git, textOf } from './git.ts';

const NOT_RUNS = new Set(['base', 'bundle', 'fetched']);

export interface RunRefs {
  readonly gitDir: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The runs whose saved work a mirror keeps. */
export async function listRunsWithRefs(mirror: RunRefs): Promise<string[]> {
  const output = await git(['for-each-ref', '--format=%(refname)', 'refs/runyard/'], mirror);
  const names = textOf(output)
    .split('\n')
    .map((ref) => ref.split('/')[2] ?? '');
  return [...new Set(names)].filter((name) => name !== '' && !NOT_RUNS.has(name));
}

/** Forgets the saved work of a run; its objects go when the mirror goes. */
export async function deleteRunRefs(mirror: RunRefs, runId: string): Promise<void> {
  const output = await git(['for-each-ref', '--format=%(refname)', `refs/runyard/${runId}/`], mirror);
  for (const ref of textOf(output)
    .split('\n')
    .filter((name) => name !== ''))
    await git(['update-ref', '--no-deref', '-d', ref], mirror);
}
