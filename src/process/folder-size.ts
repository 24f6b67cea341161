import { systemPath } from './find-executable.ts';
import { runProcess } from './run-process.ts';

const LIMIT_MS = 60_000;

/** Bytes on disk of a file or folder with what is in it; 0 when it cannot be told in a minute. */
export async function folderSize(path: string, signal?: AbortSignal): Promise<number> {
  const { stdout } = await runProcess({
    argv: ['du', '-sk', '--', path],
    cwd: '/',
    env: { PATH: systemPath },
    limits: { timeoutMs: LIMIT_MS, killGraceMs: 1000, maxOutputBytes: 4096 },
    ...(signal && { signal }),
  });
  return Number(/^(\d+)\s/.exec(stdout)?.[1] ?? 0) * 1024;
}
