import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import { shortMessage } from './report-error.ts';

export interface CancelOnInterruptOptions {
  readonly runId: string;
  readonly note: (text: string) => void;
  /** Flags that lead another command to the same data. */
  readonly flags: string;
}

/** The first signal cancels the run; the next one is passed on to the command, which ends, and only says what becomes of the run. */
export function cancelOnInterrupt(
  context: CliContext,
  session: Session,
  { runId, note, flags }: CancelOnInterruptOptions,
): { cancel(): void; release(): void } {
  let times = 0;
  let marked = false;

  function cancel(): void {
    times++;
    note('Cancelling the run; its work is saved first. Ctrl-C again does not wait for that.');
    const reason = 'interrupted at the command line (Ctrl-C)';
    const asked = session.api.cancel(runId, { by: context.user, reason }).then(
      () => {
        marked = true;
        if (times > 1) sayWhoEndsIt();
      },
      (error: unknown) => note(`The run could not be cancelled: ${shortMessage(error)}`),
    );
    session.letFinish(asked);
  }

  function sayWhoEndsIt(): void {
    const goesOn = session.own ? 'it ends when a control plane runs again' : 'the server ends it';
    note(`Run ${runId} is marked to be cancelled; ${goesOn}: ${context.program} why ${runId}${flags}`);
  }

  const release = context.onInterrupt(() => {
    if (times === 0) {
      cancel();
      return 'taken';
    }
    times++;
    if (times === 2 && marked) sayWhoEndsIt();
    return 'pass';
  });
  return { cancel, release };
}
