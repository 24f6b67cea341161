import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { locate } from './locate.ts';
import { defineTool, failure, success } from './tool.ts';
import { walk } from './walk.ts';

const MOST_ENTRIES = 500;

export const listFiles = defineTool({
  name: 'list_files',
  description: `Lists files and folders of the workspace, at most ${MOST_ENTRIES}. Folders end with "/". Folders such as .git and node_modules are named but not entered.`,
  input: z.object({
    path: z.string().default('.').describe('folder, relative to the workspace'),
    depth: z.number().int().min(1).max(20).default(3).describe('how many levels to enter'),
  }),
  async run({ path, depth }, { root }) {
    const place = await locate(root, path);
    if (!place.ok) return failure(place.why);
    if (!(await stat(place.absolute)).isDirectory()) return failure(`${path} is a file; use read_file.`);
    const lines: string[] = [];
    for await (const entry of walk(place.absolute, depth)) {
      if (lines.length === MOST_ENTRIES) {
        lines.push(`[more than ${MOST_ENTRIES} entries; list a folder below, or use a smaller depth]`);
        break;
      }
      lines.push(`${entry.path}${{ file: '', folder: '/', link: ' (link)' }[entry.kind]}`);
    }
    return success(lines.length === 0 ? `${path} is empty.` : lines.join('\n'));
  },
});
