import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { CheckPart } from './parts.ts';
import { type PartResult, runParts } from './run-parts.ts';

function part(name: string, program: string): CheckPart {
  return { name, argv: ['--eval', program] };
}

async function run(parts: readonly CheckPart[]): Promise<Map<string, PartResult>> {
  const results = await runParts(parts, { root: tmpdir(), parallel: 2, onResult: () => undefined });
  return new Map(results.map((result) => [result.part.name, result]));
}

describe('runParts', () => {
  it('runs every part although some fail, and keeps what they printed, without colours', async () => {
    const results = await run([
      part('fails', "console.error('\\u001b[31mbroken\\u001b[0m'); process.exit(3)"),
      part('passes', "console.log('fine')"),
      part('is killed', "process.kill(process.pid, 'SIGKILL')"),
    ]);
    expect(results.get('fails')).toMatchObject({ passed: false, output: 'broken' });
    expect(results.get('passes')).toMatchObject({ passed: true, output: 'fine' });
    expect(results.get('is killed')).toMatchObject({ passed: false });
  });

  it('fails a part whose program does not exist, and closes the stdin of every part', async () => {
    const results = await run([
      { name: 'missing', argv: ['no-such-program.mjs'] },
      part('reads stdin', "process.stdin.resume().on('end', () => console.log('end of stdin'))"),
    ]);
    expect(results.get('missing')?.output).toContain('no-such-program.mjs');
    expect(results.get('missing')?.passed).toBe(false);
    expect(results.get('reads stdin')).toMatchObject({ passed: true, output: 'end of stdin' });
  });
});
