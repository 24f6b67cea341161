import type { CliContext } from './context.ts';
import { CommandDone, type CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';

/** Wraps a command's work: its errors are printed as what, why, next, and the exit code is passed on to main.ts. */
export async function act(
  context: CliContext,
  options: CommonOptions,
  work: () => Promise<ExitCode>,
): Promise<never> {
  throw new CommandDone(await codeOf(context, options, work));
}

async function codeOf(
  context: CliContext,
  options: CommonOptions,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    context.terminal.status('');
    const { reportError } = await import('./report-error.ts');
    return reportError(context.terminal, error, options.json === true);
  }
}
