import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Retained, RetainedKind } from '../../domain/retention.ts';
import { layersInUse } from '../../git/overlay/prune-layers.ts';
import { listRunsWithRefs } from '../../git/run-refs.ts';
import { workspaceFolders } from '../../git/workspace.ts';
import { folderSize } from '../../process/folder-size.ts';
import { oldestClaim } from '../../store/oldest-claim.ts';
import { findRunOwners } from '../../store/run-owners.ts';
import { isSetAside } from '../remove-workspace.ts';
import type { Place, RetentionOptions } from './options.ts';

export type PlacedThing = Retained & Place;

export interface Survey {
  readonly things: readonly PlacedThing[];
  /** The mirrors that keep saved work, by run. */
  readonly mirrorsOfRun: ReadonlyMap<string, readonly string[]>;
}

const GIT_MS = 30_000;

/** Everything that retention may remove, and what of it is needed. What cannot be told is needed. */
export async function survey(options: RetentionOptions, signal: AbortSignal): Promise<Survey> {
  const { db, nodeId, folders, keepMs, now } = options;
  const claimedAt = await oldestClaim(db, nodeId);
  /** A cache says when it was used last; a run that goes on may use what was used since it began. */
  const isInUse = (usedAt: Date) => claimedAt !== null && usedAt >= claimedAt;
  const mirrors = (await entriesOf(folders.mirrors)).filter(({ name }) => name.endsWith('.git'));
  const mirrorsOfRun = await runsOf(
    mirrors.map((mirror) => mirror.path),
    signal,
  );
  const evidence = await evidenceOf(options, [...mirrorsOfRun.keys()]);
  const borrowed = await mirrorsOfWorkspaces(folders.workspaces);
  const keeping = new Set([...mirrorsOfRun.values()].flat());
  const drafts = (await entriesOf(folders.mirrors)).filter(({ name }) => isUnfinished(name));
  const layers = await layersOf(folders);
  const mounted = layersInUse(folders.workspaces);
  const aside = (await entriesOf(folders.workspaces)).filter(({ name }) => isSetAside(name));
  const cached = [
    ...mirrors.map((entry) => ({
      ...thing('mirrors', entry),
      isNeeded: isInUse(entry.usedAt) || keeping.has(entry.path) || borrowed.has(entry.path),
    })),
    ...[...layers, ...drafts]
      .filter(({ name }) => !name.endsWith('.lock'))
      .map((entry) => ({
        ...thing('layers', entry),
        isNeeded: isInUse(entry.usedAt) || mounted.has(entry.path),
      })),
  ].map((one) =>
    isUnfinished(one.path) && ageOf(one, now()) > keepMs ? { ...one, usedAt: new Date(0) } : one,
  );
  const plain = [
    ...aside.map((entry) => thing('set-aside', entry)),
    ...(await entriesOf(folders.logs)).map((entry) => thing('logs', entry)),
  ];
  const things: PlacedThing[] = [];
  for (const one of [...evidence, ...cached, ...plain])
    things.push({ ...one, bytes: await folderSize(one.path, signal) });
  signal.throwIfAborted();
  return { things, mirrorsOfRun };
}

async function layersOf({ layers, checkouts }: RetentionOptions['folders']): Promise<Entry[]> {
  const ofRepositories = (await entriesOf(checkouts)).map((repository) => repository.path);
  return (await Promise.all([...layers, ...ofRepositories].map(entriesOf))).flat();
}

/** An installation, a clone or a removal that was broken off. */
function isUnfinished(file: string): boolean {
  return /(^\.draft-|\.draft$|\.tmp-\w+$|\.removing$)/.test(path.basename(file));
}

function ageOf({ usedAt }: Pick<Retained, 'usedAt'>, now: Date): number {
  return now.getTime() - usedAt.getTime();
}

/** A run that is not known, as another installation shares the folder, keeps its evidence. */
async function evidenceOf(
  { db, folders }: RetentionOptions,
  withRefs: readonly string[],
): Promise<PlacedThing[]> {
  const withFiles = await readdir(folders.artifacts).catch(() => []);
  const runIds = [...new Set([...withFiles, ...withRefs])];
  const runs = await findRunOwners(db, runIds);
  return runIds.flatMap((runId) => {
    const endedAt = runs.get(runId)?.endedAt;
    if (!endedAt) return [];
    const place = { path: path.join(folders.artifacts, runId), runId };
    return [{ kind: 'evidence' as const, key: runId, usedAt: endedAt, bytes: 0, isNeeded: false, ...place }];
  });
}

async function runsOf(mirrors: readonly string[], signal: AbortSignal): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const mirror of mirrors) {
    for (const runId of await listRunsWithRefs({ gitDir: mirror, timeoutMs: GIT_MS, signal }))
      found.set(runId, [...(found.get(runId) ?? []), mirror]);
  }
  return found;
}

/** Workspaces borrow the objects of their mirror. */
async function mirrorsOfWorkspaces(workspaces: string): Promise<Set<string>> {
  const names = await readdir(workspaces).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const { hostGit } = workspaceFolders(path.join(workspaces, name));
      const file = path.join(hostGit, 'objects/info/alternates');
      if (!existsSync(file)) return null;
      const [alternate = ''] = (await readFile(file, 'utf8')).split('\n');
      return path.dirname(alternate);
    }),
  );
  return new Set(found.filter((mirror) => mirror !== null));
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly usedAt: Date;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = names.map(async (name) => {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    return found ? [{ name, path: file, usedAt: found.mtime }] : [];
  });
  return (await Promise.all(entries)).flat();
}

function thing(kind: RetainedKind, { path: file, usedAt }: Entry): PlacedThing {
  return { kind, key: file, path: file, usedAt, bytes: 0, isNeeded: false, runId: null };
}
