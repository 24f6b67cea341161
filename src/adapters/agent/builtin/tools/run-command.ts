import { z } from 'zod';
import type { ProcessResult } from '../../../../process/types.ts';
import { keepEnds } from '../../running/bounded-text.ts';
import { defineTool, failure, success } from './tool.ts';

const DEFAULT_SECONDS = 120;
const MOST_CHARACTERS = 30_000;
const KILL_GRACE_MS = 2_000;
const KEPT_OUTPUT_BYTES = 2 * 1024 * 1024;

export const runCommand = defineTool({
  name: 'run_command',
  description:
    'Runs a shell command in the workspace and returns its exit code and output. There is no terminal and no input; a command that does not end is killed. There may be no network.',
  input: z.object({
    command: z.string().min(1).max(20_000),
    timeout_seconds: z.number().int().min(1).max(600).default(DEFAULT_SECONDS),
  }),
  async run({ command, timeout_seconds: seconds }, context) {
    // Loaded on first use: many runs need no command.
    const { runProcess } = await import('../../../../process/run-process.ts');
    const timeoutMs = Math.min(seconds * 1000, context.longestCommandMs);
    const result = await runProcess({
      argv: ['sh', '-c', command],
      cwd: context.root,
      env: { ...context.environment, CI: 'true' },
      limits: { timeoutMs, killGraceMs: KILL_GRACE_MS, maxOutputBytes: KEPT_OUTPUT_BYTES },
      signal: context.signal,
    });
    const text = `${ending(result, timeoutMs)}\n${outputOf(result)}`;
    return result.error ? failure(text) : success(text);
  },
});

function ending({ cause, exitCode, signal, durationMs, error }: ProcessResult, timeoutMs: number): string {
  const seconds = (durationMs / 1000).toFixed(1);
  if (cause === 'timed-out') return `Timed out after ${timeoutMs / 1000} s and was killed.`;
  if (cause === 'exited') return `Exit code ${exitCode ?? 'unknown'} after ${seconds} s.`;
  if (cause === 'signalled') return `Ended by ${signal ?? 'a signal'} after ${seconds} s.`;
  return `Did not run: ${error?.why ?? cause}`;
}

function outputOf({ stdout, stderr }: ProcessResult): string {
  const parts = [stdout.trimEnd()];
  if (stderr.trim() !== '') parts.push(`stderr:\n${stderr.trimEnd()}`);
  const text = parts.filter((part) => part !== '').join('\n');
  return text === '' ? 'It printed nothing.' : keepEnds(text, MOST_CHARACTERS);
}
