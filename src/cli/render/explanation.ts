import type { WhyResponse } from '../../api/contract.ts';
import { clean } from '../clean.ts';
import type { Style } from '../terminal.ts';

export function renderExplanation(explanation: WhyResponse, style: Style, program: string): string {
  const next = explanation.next.map((line) => line.replaceAll(/\brunyard (?=[a-z])/g, `${program} `));
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
