import { clean } from '../clean.ts';
import type { Style } from '../terminal.ts';

/** A unified diff for a person at a terminal: coloured, and harmless whatever the files hold. */
export function renderDiff(diff: string, style: Style): string {
  return clean(diff.trimEnd())
    .split('\n')
    .map((line) => paint(line, style))
    .join('\n');
}

function paint(line: string, style: Style): string {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('diff ')) return style.bold(line);
  if (line.startsWith('@@')) return style.cyan(line);
  if (line.startsWith('+')) return style.green(line);
  return line.startsWith('-') ? style.red(line) : line;
}
