import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { processesWithVariable, treeOf } from './process-table.ts';
import { sendSignal } from './send-signal.ts';

/** What a started process is made of, as far as ending it is concerned. */
export interface ProcessTree {
  /** Of the process we started: leader of its session and group. */
  readonly pid: number;
  /**
   * True when that process only holds a PID namespace (bwrap, unshare): it must outlive a TERM so that what is inside can end in
   * order, and its KILL ends everything inside at once.
   */
  readonly isWrapper: boolean;
  /** An environment variable all of the tree inherited, where nothing stronger holds it together. */
  readonly mark: { readonly name: string; readonly value: string } | null;
}

/**
 * Sends TERM to everything in the tree that is not in `told`, so that each process gets the chance to end in order, once. Gives all
 * that was ever told: a process that leaves the tree while its parent dies can only be found by what was noted before.
 */
export function terminateTree(tree: ProcessTree, told: readonly ProcessIdentity[]): ProcessIdentity[] {
  const known = new Set(told.map(({ pid }) => pid));
  const main = tree.isWrapper ? [] : [{ pid: tree.pid, startTime: '' }];
  const untold = [...main, ...membersOf(tree)].filter(({ pid }) => !known.has(pid));
  for (const { pid } of untold) sendSignal(pid, 'SIGTERM');
  return [...told, ...untold];
}

const KILL_ROUNDS = 5;

/** Kills everything in the tree; looks again a few times, as a process can start another one while it is being killed. */
export function killWholeTree(tree: ProcessTree): void {
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const members = membersOf(tree);
    sendSignal(-tree.pid, 'SIGKILL');
    for (const { pid } of members) sendSignal(pid, 'SIGKILL');
    if (members.length === 0) return;
  }
}

/** After the main process has ended: ends what it left behind, and what is left of `known`. Cheap when there is nothing. */
export function killLeftovers(tree: ProcessTree, known: readonly ProcessIdentity[]): void {
  if (tree.mark !== null) killWholeTree(tree);
  else sendSignal(-tree.pid, 'SIGKILL');
  for (const identity of known) if (isAlive(identity)) sendSignal(identity.pid, 'SIGKILL');
}

function membersOf({ pid, mark }: ProcessTree): ProcessIdentity[] {
  const related = treeOf(pid);
  const marked = mark === null ? [] : processesWithVariable(mark.name, mark.value);
  const alive = [...related, ...marked].filter((row) => row.state !== 'Z' && row.pid !== pid);
  return [...new Map(alive.map((row) => [row.pid, row])).values()];
}
