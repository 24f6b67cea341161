import { fileURLToPath } from 'node:url';
import { runProcess } from '../process/run-process.ts';
import { readChange } from './guards/read-change.ts';
import type { Change } from './guards/types.ts';
import { ownProgram } from './own-programs.ts';
import type { VerifyHost } from './sandbox-settings.ts';

export interface RemovedTestsOptions {
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly gitMs: number;
  readonly host: VerifyHost;
}

const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 64 * 1024;
const MOST_MEMORY_KIB = 4 * 1024 * 1024;

/**
 * How many tests a change takes away, by its diff; null: nobody can say. A change that ends the parser explains nothing, which counts as 0:
 * otherwise a hostile file would excuse every missing test.
 */
export async function readRemovedTests(options: RemovedTestsOptions): Promise<number | null> {
  const { gitDir, baseCommit, commit, gitMs, host } = options;
  const items = await readChange(baseCommit, { gitDir, commit, timeoutMs: gitMs, signal: host.signal });
  const result = await runProcess({
    ...ownProgram('removedTests', host, { memoryKiB: MOST_MEMORY_KIB, readable: [] }),
    cwd: OWN_ROOT,
    input: JSON.stringify({ items, scope: null, reach: [] } satisfies Change),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  if (result.error) return 0;
  return /^\d{1,9}$/.test(result.stdout.trim()) ? Number(result.stdout.trim()) : null;
}
