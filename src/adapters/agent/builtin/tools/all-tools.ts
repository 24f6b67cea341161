import { editFile } from './edit-file.ts';
import { finish } from './finish.ts';
import { listFiles } from './list-files.ts';
import { readFileTool } from './read-file.ts';
import { runCommand } from './run-command.ts';
import { search } from './search.ts';
import type { Tool } from './tool.ts';
import { writeFileTool } from './write-file.ts';

/** In a fixed order: the list is part of the prefix that providers cache. */
export const allTools: readonly Tool[] = [
  listFiles,
  readFileTool,
  search,
  editFile,
  writeFileTool,
  runCommand,
  finish,
];
