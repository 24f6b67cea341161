/** Stopping is over when a command has ended; only what was forgotten can still hold the process. */
const LIMIT_MS = 10_000;

/**
 * For a command that has ended: leaves with its exit code even if something it started still holds the process, and says on stderr what that is.
 */
export function leaveInTime(exitNow: (code: number) => never, limitMs = LIMIT_MS): void {
  const leave = () => {
    const held = [...new Set(process.getActiveResourcesInfo())].join(', ');
    process.stderr.write(`Runyard leaves although something still holds its process: ${held}.\n`);
    exitNow(Number(process.exitCode ?? 0));
  };
  setTimeout(leave, limitMs).unref();
}
