import type { OrphanKind } from '../../domain/orphan.ts';
import type { RunState } from '../../domain/run-state.ts';
import { isSetAside } from '../remove-workspace.ts';

/** Something of ours that nobody answers for any more. `key` stays the same as long as it is there. */
export interface Orphan {
  readonly kind: OrphanKind;
  readonly key: string;
  readonly runId: string | null;
  /** A path, `<pid>:<start time>`, the handle of a worker or the key of an entry, as the kind has it. */
  readonly handle: string;
}

export interface LedgerEntry {
  readonly key: string;
  readonly runId: string;
  readonly kind: string;
  readonly handle: string;
  /** Whether what it names is there. */
  readonly isThere: boolean;
}

export interface ReapSnapshot {
  readonly now: Date;
  readonly nodeId: string;
  /** Runs this node has a worker for; read last, so that whatever was found before and is in use now is among them. */
  readonly active: ReadonlySet<string>;
  /** Names in the folder of workspaces, read first. */
  readonly workspaces: readonly string[];
  /** Of the workspaces and entries, as far as they exist. */
  readonly runs: ReadonlyMap<string, { readonly state: RunState; readonly nodeId: string | null }>;
  /** Of this node. */
  readonly entries: readonly LedgerEntry[];
  /** Processes that carry our mark, whose starter is gone. `since`: when they were first seen so. */
  readonly processes: readonly { readonly handle: string; readonly since: Date }[];
  /** Temporary folders of ours whose maker is gone. */
  readonly temporary: readonly string[];
  readonly failures: ReadonlyMap<string, { readonly times: number; readonly at: Date }>;
}

/** The end of a starter and of its children is not one moment; who ends them in good order is not disturbed. */
export const processGraceMs = 20_000;

/** What to remove now: what has no owner, and is not waiting to be tried again (G2, X10). */
export function decideReaping(snapshot: ReapSnapshot): Orphan[] {
  const { now, failures } = snapshot;
  const all = [
    ...entriesOf(snapshot),
    ...processesOf(snapshot),
    ...workspacesOf(snapshot),
    ...snapshot.temporary.map((handle) => orphan('temporary-folder', handle)),
  ];
  return all.filter(({ key }) => {
    const failed = failures.get(key);
    return !failed || now.getTime() >= failed.at.getTime() + retryDelayMs(failed.times);
  });
}

const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;

export function retryDelayMs(failedTimes: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failedTimes - 1));
}

function entriesOf(snapshot: ReapSnapshot): Orphan[] {
  return snapshot.entries
    .filter(({ runId }) => !snapshot.active.has(runId))
    .flatMap(({ key, runId, kind, handle, isThere }): Orphan[] => {
      if (kind === 'worker' && isThere) return [{ kind: 'worker', key, runId, handle }];
      if (isThere || (kind === 'workspace' && isOwnedHere(snapshot, runId))) return [];
      return [{ kind: 'ledger-entry', key, runId, handle }];
    });
}

function processesOf({ processes, now }: ReapSnapshot): Orphan[] {
  return processes
    .filter(({ since }) => now.getTime() - since.getTime() >= processGraceMs)
    .map(({ handle }) => orphan('process', handle));
}

/** `<run>`, or `<run>…removing` where a removal was begun; what was set aside is a person's. */
function workspacesOf(snapshot: ReapSnapshot): Orphan[] {
  return snapshot.workspaces
    .filter((name) => !isSetAside(name))
    .map((name) => ({ name, runId: name.replace(/\..*$/, '') }))
    .filter(({ name, runId }) => {
      if (snapshot.active.has(runId)) return false;
      return isBeingRemoved(name) || !isOwnedHere(snapshot, runId);
    })
    .map(({ name, runId }) => ({ ...orphan('workspace', name), runId }));
}

export function isBeingRemoved(name: string): boolean {
  return name.endsWith('.removing');
}

/** Between its claim and its worker's start a run is owned here and not active yet. */
function isOwnedHere({ runs, nodeId }: ReapSnapshot, runId: string): boolean {
  const run = runs.get(runId);
  return run?.state === 'running' && run.nodeId === nodeId;
}

function orphan(kind: OrphanKind, handle: string): Orphan {
  return { kind, key: `${kind}:${handle}`, runId: null, handle };
}
