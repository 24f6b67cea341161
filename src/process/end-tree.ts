import type { ProcessIdentity } from './process-identity.ts';
import { killLeftovers, killWholeTree, type ProcessTree, terminateTree } from './signal-tree.ts';

/** A sandbox that is just being set up holds no command yet that could be told to end. */
const TELL_AGAIN_MS = 200;
/** A process in uninterruptible sleep does not even die of KILL; nobody waits for it. */
const REAP_WAIT_MS = 3000;

export interface TreeEnder {
  /** TERM now, KILL after the grace, `onGivenUp` if even that does not end it. */
  begin(onGivenUp: () => void): void;
  /** The main process has ended: what else there is gets no more warnings. */
  mainEnded(): void;
  /** Kills what is left of the tree and forgets all timers. */
  close(): void;
}

export function createTreeEnder(tree: ProcessTree, killGraceMs: number): TreeEnder {
  const timers: NodeJS.Timeout[] = [];
  let members: ProcessIdentity[] = [];

  function cancelTimers(): void {
    for (const timer of timers.splice(0)) clearTimeout(timer);
  }

  function tellToEnd(): void {
    members = terminateTree(tree, members);
  }

  return {
    begin(onGivenUp) {
      tellToEnd();
      timers.push(setTimeout(tellToEnd, TELL_AGAIN_MS));
      timers.push(
        setTimeout(() => {
          killWholeTree(tree);
          timers.push(setTimeout(onGivenUp, REAP_WAIT_MS));
        }, killGraceMs),
      );
    },
    mainEnded: cancelTimers,
    close() {
      cancelTimers();
      killLeftovers(tree, members);
    },
  };
}
