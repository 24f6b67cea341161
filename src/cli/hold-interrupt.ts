import type { CliContext } from './context.ts';

/**
 * Keeps the first signal back until the work is done, where leaving in the middle would leave nobody knowing what became of it.
 * A further signal is passed on.
 */
export async function holdInterrupt<T>(
  context: CliContext,
  note: string,
  work: () => Promise<T>,
): Promise<{ value: T; interrupted: boolean }> {
  let interrupted = false;
  const release = context.onInterrupt(() => {
    if (interrupted) return 'pass';
    interrupted = true;
    context.terminal.err(note);
    return 'taken';
  });
  try {
    const value = await work();
    return { value, interrupted };
  } finally {
    release();
  }
}
