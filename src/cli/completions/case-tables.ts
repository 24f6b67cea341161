import type { CompletedCommand, Offer } from './completion-facts.ts';

/** Parts of a completion script that bash and zsh read alike. */
export interface CaseTables {
  /** Patterns of every command there is. */
  readonly paths: string;
  /** Sets `offer` by the command (`at`), the word before the cursor (`prev`) and what is typed of the one at it (`cur`). */
  readonly choice: string;
}

export function caseTables(facts: readonly CompletedCommand[]): CaseTables {
  const paths = facts.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return { paths: paths.join('|'), choice: choiceOf(facts) };
}

function choiceOf(facts: readonly CompletedCommand[]): string {
  const values = facts.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      const patterns = flags.map((flag) => `${path}:${flag}`);
      return value === null ? [] : branch(patterns, offerText(value), '    ');
    }),
  );
  const options = facts.map(({ path, options }) =>
    branch([path], options.flatMap(({ flags }) => flags).join(' '), '          '),
  );
  const rest = facts.map((command) => branch([command.path], restOf(command), '          '));
  return `  case "$at:$prev" in
${values.join('\n')}
    *)
      if [[ $cur == -* ]]; then
        case "$at" in
${options.join('\n')}
        esac
      else
        case "$at" in
${rest.join('\n')}
        esac
      fi ;;
  esac`;
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
