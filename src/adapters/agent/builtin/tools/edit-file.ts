import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { locate } from './locate.ts';
import { readTextFile } from './text-file.ts';
import { defineTool, failure, success } from './tool.ts';

const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

export const editFile = defineTool({
  name: 'edit_file',
  description:
    'Replaces one piece of text in a file of the workspace. old_text must stand in the file exactly once, spaces and line breaks included; add lines around it until it does, or set replace_all.',
  input: z.object({
    path: z.string().min(1).describe('file, relative to the workspace'),
    old_text: z.string().min(1),
    new_text: z.string(),
    replace_all: z.boolean().default(false),
  }),
  async run(input, { root, onChange }) {
    const { path, replace_all: replaceAll } = input;
    const place = await locate(root, path);
    if (!place.ok) return failure(place.why);
    const file = await readTextFile(place.absolute, path, LARGEST_FILE_BYTES);
    if (!file.ok) return failure(file.why);
    const { before, after } = withLineEndingsOf(file.text, input.old_text, input.new_text);
    if (before === after) return failure('old_text and new_text are the same; nothing was changed.');
    const pieces = file.text.split(before);
    const count = pieces.length - 1;
    if (count === 0) return failure(notFound(path, file.text, before));
    if (count > 1 && !replaceAll) return failure(ambiguous(path, pieces, before));
    await writeFile(place.absolute, pieces.join(after));
    onChange(place.relative);
    return success(`Replaced ${count} ${count === 1 ? 'place' : 'places'} in ${place.relative}.`);
  },
});

/** Models write \n; a file with \r\n keeps its own. */
function withLineEndingsOf(text: string, before: string, after: string): { before: string; after: string } {
  if (!text.includes('\r\n') || before.includes('\r\n')) return { before, after };
  return { before: before.replaceAll('\n', '\r\n'), after: after.replace(/\r?\n/g, '\r\n') };
}

function ambiguous(path: string, pieces: readonly string[], before: string): string {
  const lines: number[] = [];
  let line = 1;
  for (const piece of pieces.slice(0, -1)) {
    line += lineBreaks(piece);
    lines.push(line);
    line += lineBreaks(before);
  }
  const shown = lines.slice(0, 10).join(', ');
  return `old_text stands ${lines.length} times in ${path} (lines ${shown}); nothing was changed. Add lines around it so that it is unique, or set replace_all.`;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

function notFound(path: string, text: string, before: string): string {
  const start = `old_text stands 0 times in ${path}; nothing was changed.`;
  const line = lineOfSimilar(text, before);
  if (line === null) return `${start} Read the file again: it may have changed, or it is another file.`;
  return `${start} Line ${line} is the same but for spaces or what follows it: copy it exactly as read_file shows it, without the number and the tab.`;
}

/** Where the first line of a text stands when spaces do not count. */
function lineOfSimilar(text: string, before: string): number | null {
  const wanted = before
    .split(/\r?\n/)
    .map(withoutSpaces)
    .find((line) => line !== '');
  if (wanted === undefined) return null;
  const index = text.split(/\r?\n/).findIndex((line) => withoutSpaces(line) === wanted);
  return index < 0 ? null : index + 1;
}

function withoutSpaces(line: string): string {
  return line.replace(/\s+/g, '');
}
