import type { ChildProcess } from 'node:child_process';
import type { Ending } from './end-error.ts';
import { createTreeEnder } from './end-tree.ts';
import type { Launch } from './prepare-launch.ts';
import type { EndCause, ProcessLimits } from './types.ts';
import { startWatchdog } from './watchdog.ts';

/*
 * States:   running → ending (TERM, then KILL) → exited → ended. Any but `ended` may be skipped.
 * Entries:  a limit, `stop`, the abort signal, `finishWithin` → ending; the process' own exit → exited.
 * Exit:     `ended` resolves once, always: pipes are waited for a bounded time after the exit, a process that survives KILL too.
 * Invariant: the first cause wins; nothing of the tree is left when `ended` resolves, as far as the mode of isolation can tell.
 */

/** A grandchild may hold our pipes open for ever; what the process itself wrote has long arrived by then. */
const PIPE_WAIT_MS = 500;

export interface Supervision {
  readonly ended: Promise<Ending>;
  readonly touch: () => void;
  readonly stop: (reason: unknown) => void;
  readonly finishWithin: (graceMs: number) => void;
}

interface SupervisedOptions {
  readonly limits: ProcessLimits;
  readonly signal: AbortSignal | undefined;
  readonly launch: Launch;
}

type Cause = Pick<Ending, 'cause' | 'limitMs' | 'reason'>;
type Exit = Pick<Ending, 'exitCode' | 'signal'>;

export function superviseEnd(
  child: ChildProcess,
  { limits, signal, launch }: SupervisedOptions,
): Supervision {
  const ender =
    child.pid === undefined ? null : createTreeEnder({ pid: child.pid, ...launch }, limits.killGraceMs);
  const ended = Promise.withResolvers<Ending>();
  let cause: Cause | null = null;
  let exit: Exit | null = null;
  let isDone = false;
  let finishTimer: NodeJS.Timeout | undefined;
  const watchdog = startWatchdog(limits, (expiry) => end({ ...expiry, reason: null }));

  function end(by: Cause): void {
    if (cause !== null || isDone) return;
    cause = by;
    watchdog.disarm();
    ender?.begin(finish);
  }

  function stop(reason: unknown): void {
    end(because('stopped', reason));
  }

  function onAbort(): void {
    stop(signal?.reason);
  }

  function finish(): void {
    if (isDone) return;
    isDone = true;
    watchdog.disarm();
    clearTimeout(finishTimer);
    signal?.removeEventListener('abort', onAbort);
    ender?.close();
    for (const stream of child.stdio) stream?.destroy();
    ended.resolve(endingOf(cause, exit));
  }

  child.once('error', (reason) => {
    if (child.pid !== undefined) return;
    cause = because('not-started', reason);
    finish();
  });
  child.once('exit', (exitCode, exitSignal) => {
    exit = { exitCode, signal: exitSignal };
    cause ??= because(exitSignal === null ? 'exited' : 'signalled', null);
    watchdog.disarm();
    clearTimeout(finishTimer);
    ender?.mainEnded();
    // setImmediate: after a busy moment of ours, what waits in the pipes is read before they are given up.
    finishTimer = setTimeout(() => setImmediate(finish), PIPE_WAIT_MS);
  });
  child.once('close', finish);
  signal?.addEventListener('abort', onAbort, { once: true });

  function finishWithin(graceMs: number): void {
    if (cause !== null || isDone) return;
    watchdog.disarm();
    clearTimeout(finishTimer);
    finishTimer = setTimeout(() => end(because('exited', FINISHED)), graceMs);
  }

  return { ended: ended.promise, touch: watchdog.touch, stop, finishWithin };
}

const FINISHED = Symbol('its work was done before it was ended');

function because(cause: EndCause, reason: unknown): Cause {
  return { cause, limitMs: 0, reason };
}

function endingOf(cause: Cause | null, exit: Exit | null): Ending {
  const known = cause ?? because('stopped', 'It did not end.');
  if (known.reason === FINISHED) return { ...known, reason: null, exitCode: 0, signal: null };
  return { ...known, exitCode: exit?.exitCode ?? null, signal: exit?.signal ?? null };
}
