import { offerText } from './case-tables.ts';
import type { CompletedCommand, CompletedOption, Offer } from './completion-facts.ts';

/** For `runyard completions fish | source`. */
export function fishScript(facts: readonly CompletedCommand[]): string {
  const paths = facts.map(({ path }) => path).filter((path) => path !== '');
  return `# Completes runyard in fish. Made by: runyard completions fish
function __runyard_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$at $word")
    if contains -- $longer ${paths.map(quote).join(' ')}
      set at $longer
    end
  end
  test "$at" = "$argv[1]"
end
complete -c runyard -f
${facts.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, subcommands, options, argument }: CompletedCommand): string[] {
  const start = `complete -c runyard -n ${quote(`__runyard_at "${path}"`)}`;
  const words = subcommands.map(({ name, summary }) => `${start} -a ${quote(name)} -d ${quote(summary)}`);
  const rest = subcommands.length > 0 || argument.kind === 'nothing' ? [] : [`${start} ${offerOf(argument)}`];
  return [...words, ...rest, ...options.map((option) => `${start} ${optionOf(option)}`)];
}

function optionOf({ flags, summary, value }: CompletedOption): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${quote(flag.slice(2))}` : `-s ${quote(flag.slice(1))}`,
  );
  return [...names, `-d ${quote(summary)}`, ...(value === null ? [] : ['-r', offerOf(value)])].join(' ');
}

function offerOf(offer: Offer): string {
  if (offer.kind === 'files') return '-F';
  if (offer.kind === 'runs') return `-a '(runyard completions run-ids 2>/dev/null)'`;
  return `-a ${quote(offerText(offer))}`;
}

/** In single quotes fish knows two escapes. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
