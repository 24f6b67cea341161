import { z } from 'zod';
import { locate } from './locate.ts';
import { readTextFile } from './text-file.ts';
import { defineTool, failure, success } from './tool.ts';

const LARGEST_FILE_BYTES = 16 * 1024 * 1024;
const MOST_LINES = 1_000;
const LONGEST_LINE = 2_000;
const MOST_CHARACTERS = 60_000;

export const readFileTool = defineTool({
  name: 'read_file',
  description: `Reads a text file of the workspace, at most ${MOST_LINES} lines at a time. Every line is shown after its number and a tab; these are not part of the file.`,
  input: z.object({
    path: z.string().min(1).describe('file, relative to the workspace'),
    start_line: z.number().int().min(1).default(1),
    end_line: z.number().int().min(1).optional().describe('last line to read, itself included'),
  }),
  async run({ path, start_line: startLine, end_line: endLine }, { root }) {
    const place = await locate(root, path);
    if (!place.ok) return failure(place.why);
    const file = await readTextFile(place.absolute, path, LARGEST_FILE_BYTES);
    if (!file.ok) return failure(file.why);
    if (file.text === '') return success(`${path} is empty.`);
    const lines = file.text.replace(/\r?\n$/, '').split(/\r?\n/);
    if (startLine > lines.length)
      return failure(`${path} has ${lines.length} lines; there is no line ${startLine}.`);
    return success(number(lines, startLine, endLine ?? lines.length));
  },
});

function number(lines: readonly string[], startLine: number, endLine: number): string {
  const shown: string[] = [];
  let characters = 0;
  let next = startLine;
  for (; next <= Math.min(endLine, lines.length); next += 1) {
    const line = `${next}\t${cut(lines[next - 1] ?? '')}`;
    characters += line.length;
    if (shown.length === MOST_LINES || characters > MOST_CHARACTERS) break;
    shown.push(line);
  }
  const complete = startLine === 1 && next > lines.length;
  if (complete) return shown.join('\n');
  const more = next <= lines.length ? `; read on with start_line ${next}` : '';
  return `${shown.join('\n')}\n[lines ${startLine} to ${next - 1} of ${lines.length}${more}]`;
}

function cut(line: string): string {
  return line.length <= LONGEST_LINE
    ? line
    : `${line.slice(0, LONGEST_LINE)} [${line.length - LONGEST_LINE} more characters]`;
}
