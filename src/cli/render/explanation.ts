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
  const head = `${style.bold(clean(explanation.headline))}\n${style.dim(`${explanation.state}, ${clean(explanation.class)}`)}`;
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([title, lines]) =>
        `\n${title}:\n${lines.map((line) => `  - ${clean(line).split('\n').join('\n    ')}`).join('\n')}`,
    );
  return [head, ...body].join('\n');
}

/** Advice for other places sends people here, where they are already. */
function withoutWhy(line: string): string[] {
  const rest = line
    .split('; ')
    .filter((clause) => !/\brunyard why\b/.test(clause))
    .join('; ');
  return rest === '' ? [] : [rest.charAt(0).toUpperCase() + rest.slice(1)];
}
