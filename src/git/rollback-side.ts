import { addObjects } from './add-objects.ts';
import { pushRefs } from './deliver-remote.ts';
import { ensureMirror } from './ensure-mirror.ts';
import { git, textOf } from './git.ts';
import type { UserEnvironment } from './git-environment.ts';
import { giveToOwner } from './give-to-owner.ts';
import { listRemote } from './resolve-remote.ts';
import type { ResolvedSource } from './source.ts';
import { readRefs, updateRefs } from './source-refs.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

export interface RollbackAccess {
  readonly source: Pick<ResolvedSource, 'kind' | 'location' | 'gitDir'>;
  /** For remotes: where the mirrors are. */
  readonly mirrorsDir: string;
  readonly userEnvironment?: UserEnvironment;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A source a rollback works on, local or remote. */
export interface RollbackSide {
  /** Full names → commits, of those that exist. */
  tips(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Full names of branches that are checked out somewhere. */
  checkedOut(): Promise<ReadonlySet<string>>;
  /** A git directory that has the objects of these commits. */
  objectsOf(commits: readonly string[]): Promise<string>;
  /** Makes `value` (an object of `gitDir`, on top of `base`) the tip of a branch, if that is at `expected`. */
  setBranch(change: BranchChange): Promise<void>;
}

export interface BranchChange {
  readonly name: string;
  readonly expected: string | null;
  readonly value: string;
  readonly base: string;
  /** Where the commit was made, and its name there; null: the source has it already. */
  readonly from: { readonly gitDir: string; readonly ref: string } | null;
}

export function rollbackSide(access: RollbackAccess): RollbackSide {
  return access.source.kind === 'local' ? localSide(access) : remoteSide(access);
}

function localSide({ source, timeoutMs, signal, date }: RollbackAccess): RollbackSide {
  const gitDir = source.gitDir ?? source.location;
  const access = { gitDir, timeoutMs, signal };
  return {
    async tips(names) {
      const refs = await readRefs(access, names);
      return new Map([...refs].map(([name, { commit }]) => [name, commit]));
    },
    async checkedOut() {
      const output = await git(['worktree', 'list', '--porcelain', '-z'], { ...access, foreign: true });
      const lines = textOf(output)
        .split('\0')
        .filter((line) => line.startsWith('branch '));
      return new Set(lines.map((line) => line.slice('branch '.length)));
    },
    objectsOf: () => Promise.resolve(gitDir),
    async setBranch({ name, expected, value, base, from }) {
      if (from !== null) {
        await addObjects({
          to: gitDir,
          from: from.gitDir,
          ref: from.ref,
          commit: value,
          base,
          timeoutMs,
          signal,
        });
      }
      await updateRefs(access, [{ name, expected, value }], identityEnvironment(runyardIdentity, date));
      giveToOwner(gitDir, [name], []);
    },
  };
}

function remoteSide({
  source,
  mirrorsDir,
  userEnvironment = {},
  timeoutMs,
  signal,
}: RollbackAccess): RollbackSide {
  const remote = { timeoutMs, signal, remoteAccess: userEnvironment };
  const nameOf = new Map<string, string>();

  async function tips(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { commits } = await listRemote(source.location, remote, names);
    const found = [...commits].filter(([name]) => names.includes(name));
    for (const [name, commit] of found) nameOf.set(commit, name);
    return new Map(found);
  }

  async function fetched(baseCommit: string): Promise<string> {
    const baseRef = nameOf.get(baseCommit) ?? null;
    const wanted = {
      ...source,
      baseCommit,
      baseRef,
      defaultBranch: null,
      warnings: [],
      unseenWorkTree: null,
    };
    const options = { mirrorsDir, source: wanted, timeoutMs, userEnvironment, ...(signal && { signal }) };
    return (await ensureMirror(options)).mirrorDir;
  }

  async function objectsOf(commits: readonly string[]): Promise<string> {
    let mirrorDir = '';
    for (const commit of commits) mirrorDir = await fetched(commit);
    return mirrorDir;
  }

  return {
    tips,
    // What others have checked out of a remote is their own copy.
    checkedOut: () => Promise.resolve(new Set()),
    objectsOf,
    async setBranch({ name, expected, value, base, from }) {
      const gitDir = from?.gitDir ?? (await objectsOf([base]));
      const options = { gitDir, url: source.location, userEnvironment, timeoutMs, ...(signal && { signal }) };
      await pushRefs([{ name, expected, value }], options);
    },
  };
}
