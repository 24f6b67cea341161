import { git, textOf } from './git.ts';

/** A ref of a source: what it names, and the commit behind it if that is an annotated tag. */
export interface SourceRef {
  readonly object: string;
  readonly commit: string;
}

export interface SourceAccess {
  /** Of the source: a git directory that is not ours. */
  readonly gitDir: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The given refs (full names) that exist. */
export async function readRefs(
  { gitDir, timeoutMs, signal }: SourceAccess,
  names: readonly string[],
): Promise<ReadonlyMap<string, SourceRef>> {
  const format = '--format=%(refname)%00%(objectname)%00%(*objectname)';
  const output = await git(['for-each-ref', format, ...names], { gitDir, foreign: true, timeoutMs, signal });
  const refs = new Map<string, SourceRef>();
  for (const line of textOf(output).split('\n')) {
    const [name = '', object = '', peeled = ''] = line.split('\0');
    if (names.includes(name)) refs.set(name, { object, commit: peeled || object });
  }
  return refs;
}

/** One change of one ref; `expected` null: it must not exist yet. */
export interface RefUpdate {
  readonly name: string;
  readonly expected: string | null;
  readonly value: string;
}

/** Changes refs of a source all together or not at all, each only if it is as expected. Its hooks are not run. */
export async function updateRefs(
  { gitDir, timeoutMs, signal }: SourceAccess,
  updates: readonly RefUpdate[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const commands = updates.map(({ name, expected, value }) =>
    expected === null ? `create ${name} ${value}` : `update ${name} ${value} ${expected}`,
  );
  const input = `${['start', ...commands, 'prepare', 'commit'].join('\n')}\n`;
  const args = ['update-ref', '-m', 'runyard', '--stdin'];
  await git(args, { gitDir, foreign: true, timeoutMs, signal, input, env });
}
