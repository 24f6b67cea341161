import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { CheckPart } from './parts.ts';

export interface PartResult {
  readonly part: CheckPart;
  readonly passed: boolean;
  readonly output: string;
  readonly durationMs: number;
}

export interface RunPartsOptions {
  readonly root: string;
  readonly parallel: number;
  readonly onResult: (result: PartResult) => void;
}

/** Runs every part, a failed one stops nobody. Resolves with the results in the order they ended. */
export async function runParts(parts: readonly CheckPart[], options: RunPartsOptions): Promise<PartResult[]> {
  const waiting = [...parts];
  const results: PartResult[] = [];
  const lanes = Array.from({ length: options.parallel }, async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const result = await runPart(part, options.root);
      results.push(result);
      options.onResult(result);
    }
  });
  await Promise.all(lanes);
  return results;
}

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

function runPart(part: CheckPart, root: string): Promise<PartResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: MOST_OUTPUT_BYTES, env: { ...process.env, NO_COLOR: '1' } };
    const child = execFile(process.execPath, [...part.argv], options, (error, stdout, stderr) => {
      const output = [stdout, stderr, error && typeof error.code !== 'number' ? error.message : '']
        .map((text) => text.trim())
        .filter((text) => text !== '')
        .join('\n');
      resolve({
        part,
        passed: error === null,
        output: stripVTControlCharacters(output),
        durationMs: performance.now() - startedAt,
      });
    });
    child.stdin?.end();
  });
}
