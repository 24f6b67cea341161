/** A table cell: pipes and line breaks would end it. */
export function cell(text: string): string {
  return prose(text).replaceAll('|', '\\|').replaceAll('\n', ' ').trim();
}

/** Angle brackets outside of code would be taken for HTML. */
export function prose(text: string): string {
  const parts = text.split('`');
  return parts
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;').replaceAll('>', '&gt;') : part))
    .join('`');
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The parts of a page with an empty line between them, and the note that it is made by a program. */
export function page(title: string, parts: readonly string[]): string {
  const note =
    '<!-- Made by tools/docs/generate.ts from the code. Do not edit; run: node tools/docs/generate.ts -->';
  return `${[`# ${title}`, note, ...parts].join('\n\n')}\n`;
}
