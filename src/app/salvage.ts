import type { SavedWorkView } from '../api/contract.ts';
import type { SalvageActions } from '../api/dependencies.ts';
import type { Artifacts } from '../artifacts/file-artifacts.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { readEvents } from '../events/read-events.ts';
import { importBundle } from '../git/bundle.ts';
import { giveBackAsBranch } from '../git/give-back.ts';
import { findMirrorOf, listSavedWork, patchOf, type SavedWork } from '../git/saved-work.ts';
import { shortId } from '../lib/ids.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';
import type { Store } from '../store/store.ts';
import type { SourceMemory } from './source-memory.ts';

export interface SalvageOptions {
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly mirrors: string;
  readonly sources: SourceMemory;
}

interface Found {
  readonly mirrorDir: string;
  readonly works: readonly SavedWork[];
}

/** Gives back what a run saved: from the snapshots in the mirror and the bundles among its artifacts. */
export function createSalvage(options: SalvageOptions): SalvageActions {
  return {
    async listSaved(run) {
      const [{ works }, reasons] = await Promise.all([find(options, run), reasonsOf(options, run)]);
      return works.map((work) => toView(work, reasons.get(work.ref) ?? null));
    },
    async patchOf(run, name) {
      const found = await find(options, run);
      return patchOf(pick(run, found, name), {
        mirrorDir: found.mirrorDir,
        timeoutMs: run.spec.limits.gitMs,
      });
    },
    async giveBack(run, { name, branch = `runyard/salvage-${shortId(run.id)}` }) {
      const found = await find(options, run);
      const work = pick(run, found, name ?? null);
      const { repository, limits } = run.spec;
      const timeoutMs = limits.gitMs;
      const source = await options.sources.recall({ repository, base: work.baseCommit, timeoutMs });
      if (source.kind !== 'local' || source.gitDir === null)
        throw runyardError('run.source-not-local', { run: run.id, repository });
      const { mirrorDir } = found;
      const request = { work, mirrorDir, sourceGitDir: source.gitDir, branch, date: new Date(), timeoutMs };
      return { branch, name: work.name, commit: work.commit, created: await giveBackAsBranch(request) };
    },
  };
}

function pick(run: Run, { works }: Found, name: string | null): SavedWork {
  const work = name === null ? works[0] : works.find((known) => known.name === name);
  if (work) return work;
  throw name === null
    ? runyardError('run.nothing-saved', { run: run.id })
    : runyardError('run.no-such-saved-work', { run: run.id, name, known: works.map((known) => known.name) });
}

async function find({ store, artifacts, mirrors }: SalvageOptions, run: Run): Promise<Found> {
  const checkpoint = await latestCheckpoint(store.db, run.id);
  const baseCommit = checkpoint?.baseCommit ?? null;
  const mirrorDir = findMirrorOf(mirrors, { runId: run.id, baseCommit });
  if (!mirrorDir) return { mirrorDir: '', works: [] };
  const timeoutMs = run.spec.limits.gitMs;
  const attempts: { number: number; commit: string }[] = [];
  for (const { number, commit } of checkpoint?.attempts ?? []) {
    const file = commit === null ? null : await artifacts.find(run.id, `attempt-${number}.bundle`);
    if (commit === null || file === null) continue;
    await importBundle({ gitDir: mirrorDir, file, commit, timeoutMs });
    attempts.push({ number, commit });
  }
  return { mirrorDir, works: await listSavedWork({ mirrorDir, runId: run.id, attempts, timeoutMs }) };
}

async function reasonsOf({ store }: SalvageOptions, { id }: Run): Promise<ReadonlyMap<string, string>> {
  const events = await readEvents(store.db, id, { after: 0, limit: 10_000 });
  return new Map(
    events.flatMap((event) =>
      event.type === 'snapshot.saved' ? [[event.data.ref, event.data.reason] as const] : [],
    ),
  );
}

function toView({ name, commit, baseCommit, at, files }: SavedWork, reason: string | null): SavedWorkView {
  return {
    name,
    commit,
    baseCommit,
    at: at.toISOString(),
    reason: reason ?? (name.startsWith('attempt-') ? 'attempt' : name),
    files: files.map(({ path, status, binary, added, deleted }) => ({
      path,
      status,
      added: binary ? null : added,
      deleted: binary ? null : deleted,
    })),
  };
}
