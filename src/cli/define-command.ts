import type { Command } from 'commander';
import { type ExitCode, type ExitName, exitCodes } from './exit-codes.ts';

export interface CommandTexts {
  /** `show <run>`. */
  readonly usage: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Which exit codes it can end with, besides 2. */
  readonly exits: readonly ExitName[];
}

/** Options of every command. */
export interface CommonOptions {
  readonly json?: true;
  readonly dataDir?: string;
  readonly config?: string;
}

/** The texts of each command, for the reference. */
export const commandTexts = new WeakMap<Command, CommandTexts>();

/** Adds a command with the options, the examples and the exit codes that every command has. */
export function defineCommand(parent: Command, texts: CommandTexts): Command {
  const command = parent
    .command(texts.usage)
    .summary(texts.summary)
    .description(texts.description ? `${texts.summary}\n\n${texts.description}` : texts.summary)
    .option('--json', 'print JSON for programs instead of text for people')
    .option('--data-dir <folder>', 'where Runyard keeps its data (RUNYARD_DATA_DIR)')
    .option('--config <file>', 'read this configuration file only (RUNYARD_CONFIG)');
  commandTexts.set(command, texts);
  return command.addHelpText('after', () => `\n${examplesOf(texts)}\n\n${exitCodesOf(texts)}`);
}

/** The commander program ends by itself only for help; everything else ends through this. */
export class CommandDone extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

function examplesOf({ examples }: CommandTexts): string {
  const lines = examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]);
  return ['Examples:', ...lines].join('\n');
}

function exitCodesOf({ exits }: CommandTexts): string {
  const names: readonly ExitName[] = [...exits, 'usage'];
  const entries = (Object.keys(exitCodes) as ExitName[]).filter((name) => names.includes(name));
  const lines = entries.map(
    (name) => `  ${String(exitCodes[name].code).padEnd(4)} ${exitCodes[name].meaning}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
