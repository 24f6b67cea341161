import type { ChildProcess } from 'node:child_process';
import type { Ending } from './end-error.ts';
import type { Launch } from './prepare-launch.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { killLeftovers, killWholeTree, type ProcessTree, terminateTree } from './signal-tree.ts';
import type { EndCause, ProcessLimits } from './types.ts';
import { startWatchdog } from './watchdog.ts';

/*
 * States:   running → ending (TERM sent) → killed (KILL sent) → exited → ended. Any but `ended` may be skipped.
 * Entries:  a limit, `stop`, the abort signal, `finishWithin` → ending; the process' own exit → exited.
 * Exit:     `ended` resolves once, always: pipes are waited for PIPE_WAIT after exit, a process that survives KILL for REAP_WAIT.
 * Invariant: the first cause wins; nothing of the tree is left when `ended` resolves, as far as the mode of isolation can tell.
 */

/** A grandchild may hold our pipes open for ever; what the process itself wrote has long arrived by then. */
const PIPE_WAIT_MS = 500;
/** A sandbox that is just being set up holds no command yet that could be told to end. */
const TELL_AGAIN_MS = 200;
/** A process in uninterruptible sleep does not even die of KILL; nobody waits for it. */
const REAP_WAIT_MS = 3000;

export interface Supervision {
  readonly ended: Promise<Ending>;
  touch(): void;
  stop(reason: unknown): void;
  finishWithin(graceMs: number): void;
}

interface SupervisedOptions {
  readonly limits: ProcessLimits;
  readonly signal: AbortSignal | undefined;
  readonly launch: Launch;
}

interface Cause {
  readonly cause: EndCause;
  readonly limitMs: number;
  readonly reason: unknown;
}

export function superviseEnd(child: ChildProcess, options: SupervisedOptions): Supervision {
  const { limits, signal, launch } = options;
  const timers = new Set<NodeJS.Timeout>();
  const tree: ProcessTree | null =
    child.pid === undefined ? null : { pid: child.pid, isWrapper: launch.isWrapper, mark: launch.mark };
  let first: Cause | null = null;
  let exit: { readonly code: number | null; readonly signal: string | null } | null = null;
  let isDone = false;
  let members: ProcessIdentity[] = [];
  let resolveEnded: (ending: Ending) => void;
  const ended = new Promise<Ending>((resolve) => {
    resolveEnded = resolve;
  });
  const watchdog = startWatchdog(limits, ({ cause, limitMs }) => end({ cause, limitMs, reason: null }));

  function after(ms: number, work: () => void): void {
    timers.add(setTimeout(work, ms));
  }

  function end(cause: Cause): void {
    if (first !== null || isDone) return;
    first = cause;
    watchdog.disarm();
    if (tree === null || exit !== null) return;
    tellToEnd(tree);
    after(TELL_AGAIN_MS, () => tellToEnd(tree));
    after(limits.killGraceMs, kill);
  }

  function tellToEnd(wholeTree: ProcessTree): void {
    if (exit === null) members = terminateTree(wholeTree, members);
  }

  function kill(): void {
    if (tree === null || isDone) return;
    killWholeTree(tree);
    after(REAP_WAIT_MS, finish);
  }

  function onAbort(): void {
    stop(signal?.reason);
  }

  function stop(reason: unknown): void {
    end({ cause: 'stopped', limitMs: 0, reason });
  }

  function finish(): void {
    if (isDone) return;
    isDone = true;
    watchdog.disarm();
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    if (tree !== null) killLeftovers(tree, members);
    for (const stream of child.stdio) stream?.destroy();
    resolveEnded(endingOf(first, exit));
  }

  child.once('error', (reason) => {
    if (child.pid !== undefined) return;
    first = { cause: 'not-started', limitMs: 0, reason };
    finish();
  });
  child.once('exit', (code, exitSignal) => {
    exit = { code, signal: exitSignal };
    first ??= { cause: exitSignal === null ? 'exited' : 'signalled', limitMs: 0, reason: null };
    watchdog.disarm();
    // setImmediate: after a busy moment of ours, what waits in the pipes is read before they are given up.
    after(PIPE_WAIT_MS, () => setImmediate(finish));
  });
  child.once('close', finish);
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    ended,
    touch: watchdog.touch,
    stop,
    finishWithin(graceMs) {
      if (first !== null || isDone) return;
      watchdog.disarm();
      after(graceMs, () => end({ cause: 'exited', limitMs: 0, reason: FINISHED }));
    },
  };
}

const FINISHED = Symbol('its work was done before it was ended');

function endingOf(first: Cause | null, exit: { code: number | null; signal: string | null } | null): Ending {
  const { cause, limitMs, reason } = first ?? { cause: 'stopped', limitMs: 0, reason: 'It did not end.' };
  if (reason === FINISHED) return { cause, limitMs, reason: null, exitCode: 0, signal: null };
  return { cause, limitMs, reason, exitCode: exit?.code ?? null, signal: exit?.signal ?? null };
}
