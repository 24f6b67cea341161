import { describe, expect, it } from 'vitest';
import { classifyOutput } from './classify-output.ts';
import type { CliContext } from './context.ts';
import { createTerminal } from './terminal.ts';

async function run(pieces: readonly string[], options: Parameters<typeof classifyOutput>[2]) {
  let stdout = '';
  let stderr = '';
  const terminal = createTerminal({
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
  });
  // Only what the command uses.
  const context = {
    terminal,
    cwd: '/w',
    program: 'runyard',
    async *streamStdin() {
      for (const piece of pieces) yield new TextEncoder().encode(piece);
    },
  } as unknown as CliContext;
  const exitCode = await classifyOutput(context, null, options);
  return { exitCode, stdout, stderr };
}

describe('V4: runyard classify', () => {
  it('prints category, class, place, code, symbol, hint, the line that told, and the rule that decided', async () => {
    const { exitCode, stdout } = await run(['src/a.ts(3,5): error TS2304: Cannot ', "find name 'x'.\n"], {
      exitCode: 2,
      tool: 'tsc',
    });
    expect(exitCode).toBe(0);
    for (const part of [
      'undefined_symbol',
      'code; usual reaction: fix',
      'src/a.ts:3:5',
      'TS2304',
      'define it or import it',
      "Cannot find name 'x'",
      'tsc/TS2304',
    ])
      expect(stdout).toContain(part);
  });

  it('answers programs in JSON, with paths relative to --root', async () => {
    const { stdout } = await run(['/w/src/a.ts(3,5): error TS2322: no\n'], {
      exitCode: 2,
      root: '.',
      json: true,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      category: 'type_error',
      class: 'code',
      file: 'src/a.ts',
      line: 3,
      column: 5,
      code: 'TS2322',
      rule: 'tsc/TS2322',
      transient: false,
    });
  });

  it('says what the exit code alone tells where there is no output', async () => {
    const { stdout, stderr } = await run([], { exitCode: 137 });
    expect(stdout).toContain('process_killed');
    expect(stdout).toContain('exit-code/137');
    expect(stderr).toContain('no output');
  });

  it('refuses to guess from nothing at all', async () => {
    await expect(run([], {})).rejects.toMatchObject({ code: 'cli.usage' });
  });

  it('shows what would steer a terminal instead of sending it', async () => {
    const { stdout } = await run(['Error: \u009b2J evil \u0007\n'], { exitCode: 1 });
    expect(stdout).not.toMatch(/[\u0007\u009b]/);
  });
});
