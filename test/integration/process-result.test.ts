import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/lib/redact.ts';
import { startProcess } from '../../src/process/run-process.ts';
import { command, limits, makeFolder, program, removeFolder, run } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
afterAll(() => removeFolder(folder));

describe('how a process ended', () => {
  it('M3: gives exit code, signal and both streams, and no error exactly for exit code 0', async () => {
    const fine = await run(['sh', '-c', 'echo out; echo err >&2']);
    expect(fine).toMatchObject({
      cause: 'exited',
      exitCode: 0,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(fine.error).toBeNull();

    const failed = await run(['sh', '-c', 'echo "what went wrong" >&2; exit 7']);
    expect(failed).toMatchObject({ cause: 'exited', exitCode: 7, error: { code: 'process.exit-code' } });
    expect(failed.error?.why).toContain('what went wrong');

    const crashed = await run(['sh', '-c', 'kill -SEGV $$']);
    expect(crashed).toMatchObject({ cause: 'signalled', exitCode: null, signal: 'SIGSEGV' });
    expect(crashed.error?.code).toBe('process.signalled');
  });

  it('M3: every exit code comes through', async () => {
    const codes = [1, 2, 42, 100, 124, 126, 127, 128, 130, 137, 143, 255];
    const results = await Promise.all(codes.map((code) => run(['sh', '-c', `exit ${code}`])));
    expect(results.map((result) => result.exitCode)).toEqual(codes);
    expect(results.every((result) => result.cause === 'exited')).toBe(true);
  });

  it('says which program is missing and how to get it', async () => {
    const result = await run(['no-such-program', '--flag']);
    expect(result).toMatchObject({
      cause: 'not-started',
      exitCode: null,
      error: { code: 'process.missing-tool' },
    });
    expect(result.error?.what).toContain('no-such-program');
    expect(result.error?.next).toContain('apt-get install');
  });

  it('tells a missing folder and a file that cannot be executed from a missing program', async () => {
    const file = join(folder, 'plain.txt');
    writeFileSync(file, 'text');
    chmodSync(file, 0o644);
    expect((await run([file])).error?.code).toBe('process.not-executable');
    expect((await run(['true'], { cwd: join(folder, 'gone') })).error?.code).toBe('process.missing-folder');
  });

  it('never throws for arguments the system refuses', async () => {
    const result = await run(['echo', 'a\0b']);
    expect(result).toMatchObject({ cause: 'not-started', error: { code: 'process.not-started' } });
    const tooLong = await run(['true', 'x'.repeat(3_000_000)]);
    expect(tooLong.cause).toBe('not-started');
    expect(tooLong.command.length).toBeLessThan(1000);
  });

  it('inherits nothing: the environment is the given one', async () => {
    const result = await run(['/usr/bin/env'], { env: { ONLY: 'this' } });
    expect(result.stdout).toBe('ONLY=this\n');
  });

  it('shows neither the command nor the output with a secret in it', async () => {
    const secret = 'hunter2-and-more';
    const lines: string[] = [];
    const result = await run(
      ['sh', '-c', `printf 'hunter2-'; sleep 0.05; echo 'and-more'; echo ${secret} >&2`],
      {
        redact: createRedactor([secret]),
        onStdoutLine: (line) => lines.push(line),
      },
    );
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(result.stdout).toBe('[redacted]\n');
    expect(lines).toEqual(['[redacted]']);
  });
});

describe('stdin', () => {
  it('S6: an open FIFO on our own stdin cannot hang a child', async () => {
    const host = spawn(
      process.execPath,
      [
        program('run-from-host.ts'),
        JSON.stringify(command(['cat'], { limits: { ...limits, timeoutMs: 8000 } })),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    let output = '';
    for await (const chunk of host.stdout) output += String(chunk);
    const result = JSON.parse(output.slice(output.indexOf('{')));
    expect(result).toMatchObject({ cause: 'exited', exitCode: 0, stdout: '' });
    host.stdin.end();
  });

  it('S6: given input is written and then ends', async () => {
    const result = await run(['wc', '-c'], { input: 'x'.repeat(1_000_000) });
    expect(result.stdout.trim()).toBe('1000000');
  });

  it('a child that does not read its input is judged by its exit', async () => {
    const result = await run(['true'], { input: 'x'.repeat(1_000_000) });
    expect(result).toMatchObject({ cause: 'exited', exitCode: 0, error: null });
  });
});

describe('callers', () => {
  it('a line handler that throws ends its own process only', async () => {
    const result = await run(['sh', '-c', 'echo one; sleep 60'], {
      onStdoutLine: () => {
        throw new Error('handler broke');
      },
    });
    expect(result).toMatchObject({
      cause: 'stopped',
      error: { code: 'process.stopped', why: 'handler broke' },
    });
  });

  it('an abort before the start starts nothing', async () => {
    const running = startProcess(command(['sleep', '60'], { signal: AbortSignal.abort('too late') }));
    expect(running.pid).toBeNull();
    expect(await running.result).toMatchObject({ cause: 'stopped', error: { why: 'too late' } });
  });
});
