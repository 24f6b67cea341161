const NOBODY_TO_TELL = ['ESRCH', 'EPERM'];

/** To a process, or with a negative number to its group. Nothing happens where it is gone already, or is not ours: whoever waits looks again. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!NOBODY_TO_TELL.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
