import type { Argument, Command, Option } from 'commander';

/** What a shell may offer as the next word. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'runs' }
  /** Free text. */
  | { readonly kind: 'nothing' };

export interface CompletedCommand {
  /** `config show`; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  /** Of its first argument. */
  readonly argument: Offer;
}

export interface CompletedOption {
  /** `--json`, and `-h` where there is one. */
  readonly flags: readonly string[];
  readonly summary: string;
  /** null: takes none. */
  readonly value: Offer | null;
}

/** Every command of the program with what can follow it. */
export function completionFacts(command: Command, path = ''): CompletedCommand[] {
  const own: CompletedCommand = {
    path,
    subcommands: command.commands.map((sub) => ({ name: sub.name(), summary: firstLine(sub.summary()) })),
    options: [...command.options.filter((option) => !option.hidden).map(factsOf), help],
    argument: argumentOffer(command.registeredArguments[0]),
  };
  return [own, ...command.commands.flatMap((sub) => completionFacts(sub, `${path} ${sub.name()}`.trim()))];
}

const help: CompletedOption = { flags: ['--help', '-h'], summary: 'show help', value: null };

function factsOf(option: Option): CompletedOption {
  const flags = [option.long, option.short].filter((flag) => flag !== undefined && flag !== null);
  const takesValue = option.required || option.optional;
  return { flags, summary: firstLine(option.description), value: takesValue ? valueOffer(option) : null };
}

function valueOffer({ argChoices, flags }: Option): Offer {
  if (argChoices) return { kind: 'words', words: argChoices };
  return offerOf(/[<[]([a-z-]+)/.exec(flags)?.[1] ?? '');
}

function argumentOffer(argument: Argument | undefined): Offer {
  if (!argument) return { kind: 'nothing' };
  return argument.argChoices ? { kind: 'words', words: argument.argChoices } : offerOf(argument.name());
}

const FILES = new Set(['file', 'folder', 'path', 'source', 'repository']);

function offerOf(name: string): Offer {
  if (name === 'run') return { kind: 'runs' };
  return { kind: FILES.has(name) ? 'files' : 'nothing' };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
