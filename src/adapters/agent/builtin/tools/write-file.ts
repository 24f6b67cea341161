import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { locateNew } from './locate.ts';
import { defineTool, failure, success } from './tool.ts';

const LARGEST_CONTENT = 1024 * 1024;

export const writeFileTool = defineTool({
  name: 'write_file',
  description:
    'Writes a whole text file of the workspace, new or replaced; folders on the way are made. To change a part of a file use edit_file.',
  input: z.object({
    path: z.string().min(1).describe('file, relative to the workspace'),
    content: z.string().max(LARGEST_CONTENT),
  }),
  async run({ path, content }, { root, onChange }) {
    const place = await locateNew(root, path);
    if (!place.ok) return failure(place.why);
    await mkdir(dirname(place.absolute), { recursive: true });
    await writeFile(place.absolute, content);
    onChange(place.relative);
    const done = `${place.exists ? 'Replaced' : 'Created'} ${place.relative} (${Buffer.byteLength(content)} bytes).`;
    return success(place.note === null ? done : `${done} ${place.note}`);
  },
});
