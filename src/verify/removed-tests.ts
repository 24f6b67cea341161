import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../process/child-environment.ts';
import { runProcess } from '../process/run-process.ts';
import { readChange } from './guards/read-change.ts';
import type { Change } from './guards/types.ts';
import { checkSandbox, type VerifyHost } from './sandbox-settings.ts';

export interface RemovedTestsOptions {
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly gitMs: number;
  readonly host: VerifyHost;
}

const PROGRAM = fileURLToPath(new URL('./guards/count-removed-main.ts', import.meta.url));
const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OWN_PARTS = ['package.json', 'src', 'node_modules'].map((name) => join(OWN_ROOT, name));
const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 64 * 1024;
const WITH_MEMORY_LIMIT = ['sh', '-c', 'ulimit -d 4194304; exec "$@"', 'sh'] as const;

/**
 * How many tests a change takes away, by its diff; null: nobody can say. A change that ends the parser explains nothing, which counts as 0:
 * otherwise a hostile file would excuse every missing test.
 */
export async function readRemovedTests(options: RemovedTestsOptions): Promise<number | null> {
  const { gitDir, baseCommit, commit, gitMs, host } = options;
  const items = await readChange(baseCommit, { gitDir, commit, timeoutMs: gitMs, signal: host.signal });
  const policy = checkSandbox(host, []);
  const result = await runProcess({
    argv: [...WITH_MEMORY_LIMIT, process.execPath, PROGRAM],
    cwd: OWN_ROOT,
    env: childEnvironment(host.environment, { home: '/nonexistent' }),
    input: JSON.stringify({ items, scope: null, reach: [] } satisfies Change),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    sandbox: { ...policy, readable: [...policy.readable, process.execPath, ...OWN_PARTS] },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  if (result.error) return 0;
  return /^\d{1,9}$/.test(result.stdout.trim()) ? Number(result.stdout.trim()) : null;
}
