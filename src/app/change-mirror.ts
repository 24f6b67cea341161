import type { Artifacts } from '../artifacts/file-artifacts.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { importBundle } from '../git/bundle.ts';
import { ensureMirror, knownMirror } from '../git/ensure-mirror.ts';
import { parseLocation } from '../git/source.ts';
import type { SourceMemory } from './source-memory.ts';

export interface ChangeMirrors {
  readonly artifacts: Artifacts;
  readonly mirrors: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sources: SourceMemory;
}

export interface Change {
  readonly baseCommit: string;
  readonly candidate: { readonly commit: string; readonly bundle: string };
}

/**
 * Gives the git directory of a mirror that has base and change. The change comes from its bundle or, where another node has that, from
 * the source it was delivered to. Throws `run.change-elsewhere`.
 */
export function createChangeMirrors({ artifacts, mirrors, env, sources }: ChangeMirrors) {
  /** The source must have the commit too. */
  async function mirrorWith(run: Run, { base, commit }: { base: string; commit: string }): Promise<string> {
    const { repository, limits } = run.spec;
    const timeoutMs = limits.gitMs;
    // A change that is here can be seen although its source is away.
    const known = knownMirror(mirrors, { location: locationOf(repository), baseCommit: commit });
    if (known) return known;
    const source = await sources.recall({ repository, base, timeoutMs });
    const options = { mirrorsDir: mirrors, source: { ...source, baseCommit: commit }, timeoutMs };
    return (await ensureMirror({ ...options, userEnvironment: env })).mirrorDir;
  }

  return async (run: Run, { baseCommit, candidate }: Change): Promise<string> => {
    const { commit, bundle } = candidate;
    const gitDir = await mirrorWith(run, { base: baseCommit, commit: baseCommit });
    const file = await artifacts.find(run.id, bundle);
    if (file) await importBundle({ gitDir, file, commit, timeoutMs: run.spec.limits.gitMs });
    else if (run.delivery?.commit === commit) await mirrorWith(run, { base: run.delivery.branch, commit });
    else throw runyardError('run.change-elsewhere', { run: run.id, commit });
    return gitDir;
  };
}

function locationOf(repository: string): string {
  const location = parseLocation(repository);
  return location.kind === 'local' ? location.path : repository;
}
