import type { Style } from '../terminal.ts';

/** A name and its lines; without lines it is left out. */
export type Fact = readonly [name: string, lines: readonly string[]];

const NAME_WIDTH = 12;

/** Facts below each other, their names in a column of their own. */
export function renderFacts(facts: readonly Fact[], style: Style): string {
  return facts
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) =>
      lines
        .map((line, index) => `${style.dim((index === 0 ? name : '').padEnd(NAME_WIDTH))}${line}`)
        .join('\n'),
    )
    .join('\n');
}

/** How wide the lines of facts may be. */
export function factWidth(columns: number): number {
  return Math.max(20, columns - NAME_WIDTH);
}

/** Words in lines of at most `width`; a longer word is broken. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  const words = text.split(' ').flatMap((word) => piecesOf(word, width));
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same, with all lines but the first indented. */
export function hangingLines(text: string, width: number): string[] {
  return wrapWords(text, width - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

function piecesOf(word: string, width: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < word.length; from += width) pieces.push(word.slice(from, from + width));
  return pieces;
}
