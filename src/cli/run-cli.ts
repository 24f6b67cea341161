import { CommanderError } from 'commander';
import type { CliContext } from './context.ts';
import { CommandDone } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';

/** Parses the words after the program's name, does what they say, and returns the exit code. */
export async function runCli(context: CliContext, words: readonly string[]): Promise<number> {
  const program = buildProgram(context);
  if (words.length === 0) {
    program.outputHelp();
    return exitCodes.usage.code;
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCodes.succeeded.code;
  } catch (error) {
    if (error instanceof CommandDone) return error.exitCode;
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.succeeded.code;
    return reportUsage(context, words, error);
  }
}

async function reportUsage(context: CliContext, words: readonly string[], error: unknown): Promise<number> {
  const { reportError } = await import('./report-error.ts');
  const json = words.includes('--json');
  if (!(error instanceof CommanderError)) return reportError(context.terminal, error, json);
  const { runyardError } = await import('../domain/errors/runyard-error.ts');
  // `runyard config` alone prints the help of its subcommands.
  if (error.code === 'commander.help') return exitCodes.usage.code;
  const command = words.find((word) => !word.startsWith('-'));
  const problem = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const help =
    command && error.code !== 'commander.unknownCommand' ? `runyard ${command} --help` : 'runyard --help';
  return reportError(context.terminal, runyardError('cli.usage', { problem, help }), json);
}
