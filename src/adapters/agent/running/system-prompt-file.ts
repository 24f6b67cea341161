import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentJob } from '../types.ts';

/**
 * Writes the system prompt into the agent's home and returns the path. The home may have been an earlier attempt's: what stands there under that
 * name is removed, not written through, as it could be a link to a file of the host.
 */
export async function writeSystemPrompt({ home, systemPrompt }: AgentJob): Promise<string> {
  const path = join(home, 'system-prompt.md');
  await rm(path, { force: true, recursive: true });
  await writeFile(path, systemPrompt, { flag: 'wx', mode: 0o600 });
  return path;
}
