import type { WhyResponse } from '../../api/contract.ts';
import { clean } from '../clean.ts';
import type { Style } from '../terminal.ts';
import { commandsInText } from './next-commands.ts';

export interface ExplanationOptions {
  readonly style: Style;
  readonly run: string;
  readonly flags: string;
  readonly program: string;
}

export function renderExplanation(
  explanation: WhyResponse,
  { style, ...called }: ExplanationOptions,
): string {
  const next = explanation.next.flatMap(withoutWhy).map((line) => commandsInText(line, called));
  const sections: [string, readonly string[]][] = [
    ['Evidence', explanation.evidence],
    ['Tried', explanation.tried],
    ['Saved', explanation.saved],
    ['Next', next],
  ];
  const head = `${style.bold(clean(explanation.headline))}\n${style.dim(stateOf(explanation))}`;
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([title, lines]) =>
        `\n${title}:\n${lines.map((line) => `  - ${clean(line).split('\n').join('\n    ')}`).join('\n')}`,
    );
  return [head, ...body].join('\n');
}

/** The class says the state too where nothing more is to be said. */
function stateOf({ state, class: situation }: WhyResponse): string {
  return situation.startsWith(state) ? clean(situation) : `${state}, ${clean(situation)}`;
}

/** Advice for other places sends people here, where they are already. */
function withoutWhy(line: string): string[] {
  const rest = line
    .split('; ')
    .filter((clause) => !/\brunyard why\b/.test(clause))
    .join('; ');
  return rest === '' ? [] : [rest.charAt(0).toUpperCase() + rest.slice(1)];
}
