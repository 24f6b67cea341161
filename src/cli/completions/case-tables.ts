import type { CompletedCommand, Offer } from './completion-facts.ts';

/** Branches of `case` statements that bash and zsh read alike. Each sets `offer`. */
export interface CaseTables {
  /** Patterns of every command there is. */
  readonly paths: string;
  /** By command and the option before the cursor, where it takes a value. */
  readonly values: string;
  /** By command: its options. */
  readonly options: string;
  /** By command: its subcommands, or its argument. */
  readonly rest: string;
}

export function caseTables(facts: readonly CompletedCommand[]): CaseTables {
  const values = facts.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === null
        ? []
        : branch(
            flags.map((flag) => `${path}:${flag}`),
            offerText(value),
            '    ',
          ),
    ),
  );
  return {
    paths: facts
      .filter(({ path }) => path !== '')
      .map(({ path }) => quote(path))
      .join('|'),
    values: values.join('\n'),
    options: facts
      .map(({ path, options }) =>
        branch([path], options.flatMap(({ flags }) => flags).join(' '), '          '),
      )
      .join('\n'),
    rest: facts.map((command) => branch([command.path], restOf(command), '          ')).join('\n'),
  };
}

function restOf({ subcommands, argument }: CompletedCommand): string {
  return subcommands.length > 0 ? subcommands.map(({ name }) => name).join(' ') : offerText(argument);
}

export function offerText(offer: Offer): string {
  if (offer.kind === 'words') return offer.words.join(' ');
  return offer.kind === 'nothing' ? '' : `@${offer.kind}`;
}

function branch(patterns: readonly string[], offer: string, indent: string): string {
  return `${indent}${patterns.map(quote).join('|')}) offer=${quote(offer)} ;;`;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
