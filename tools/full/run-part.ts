import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import type { FullPart } from './parts.ts';

export interface PartResult {
  readonly name: string;
  readonly command: string;
  readonly passed: boolean;
  readonly exit: number | string | null;
  readonly seconds: number;
  /** What it said at the end. */
  readonly told: readonly string[];
}

/** Longer than any part on a slow machine: what reaches it hangs. */
const LONGEST_MS = 90 * 60_000;
const KEPT_CHARACTERS = 16_384;

/** Runs a part with its output on ours. Resolves also when it fails. */
export async function runPart({ name, argv, env, lines }: FullPart, cwd: string): Promise<PartResult> {
  const startedAt = performance.now();
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LONGEST_MS,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output = (output + text).slice(-KEPT_CHARACTERS);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return {
    name,
    command: [...variables, ...argv.map((word) => (word === process.execPath ? 'node' : word))].join(' '),
    passed: code === 0,
    exit: code ?? signal,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    told: lastLines(output, lines),
  };
}

export function lastLines(output: string, count: number): string[] {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.slice(-count);
}
