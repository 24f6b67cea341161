import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ExecutableSearch, searchExecutable } from '../running/search-executable.ts';

export interface ClaudeHost {
  /** PATH of the host. */
  readonly path: string | undefined;
  /** From the configuration; replaces the search. */
  readonly executable: string | null;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/**
 * Finds the native binary: the configured one, else the npm platform package beside Runyard (no wrapper, no install script needed,
 * signals arrive), else `claude` on PATH.
 */
export async function findClaude(host: ClaudeHost): Promise<ExecutableSearch> {
  if (host.executable !== null) return searchExecutable(host.executable, host.path);
  const packaged = packagedBinary(host);
  const looked: string[] = [];
  for (const candidate of packaged === null ? ['claude'] : [packaged, 'claude']) {
    const search = await searchExecutable(candidate, host.path);
    if (search.found) return search;
    looked.push(...search.looked);
  }
  return { found: false, looked };
}

function packagedBinary({ platform, arch }: ClaudeHost): string | null {
  const name = `@anthropic-ai/claude-code-${platform}-${arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, platform === 'win32' ? 'claude.exe' : 'claude');
  } catch {
    return null;
  }
}
