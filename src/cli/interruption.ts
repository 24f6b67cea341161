import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Ctrl-C and TERM for a command that has something to end before it may leave. */
export interface Interruption {
  /** The exit code of `work`, or that of a cancelled command as soon as a signal comes; `work` is then left to itself. */
  orCancelled(work: () => Promise<ExitCode>): Promise<ExitCode>;
  release(): void;
}

/** The first signal ends the command in good order, a second one says that this is still going on, a third one leaves at once. */
export function listenForInterruption(context: CliContext): Interruption {
  const { terminal, exitNow } = context;
  const cancelled = Promise.withResolvers<ExitCode>();
  let times = 0;
  const release = context.onInterrupt(() => {
    times++;
    terminal.status('');
    if (times === 1) {
      terminal.err('Stopping: what this command started is ended first.');
      cancelled.resolve(exitCodes.cancelled.code);
    } else if (times === 2)
      terminal.err('Still stopping. Once more leaves at once, and may leave a database running.');
    else exitNow(exitCodes.cancelled.code);
    return 'taken';
  });
  return {
    async orCancelled(work) {
      if (times > 0) return cancelled.promise;
      const done = work();
      // Whatever it still says or does not get any more is nobody's concern after the signal.
      done.catch(() => undefined);
      return Promise.race([done, cancelled.promise]);
    },
    release,
  };
}
