import { describe, expect, it } from 'vitest';
import { fullParts } from './parts.ts';
import { lastLines, runPart } from './run-part.ts';

const sizes = { seeds: 7, rounds: 3, length: 'full', stressReport: '/somewhere' };

describe('npm run test:full', () => {
  it('X6: has all tests, stress, simulation, the corpus and chaos, at the sizes asked for', () => {
    const parts = fullParts(sizes);
    expect(parts.map(({ name }) => name)).toEqual(['tests', 'stress', 'simulation', 'corpus', 'chaos']);
    expect(parts.map(({ argv }) => argv.join(' ')).join('\n')).toMatch(/--seeds 7[^]*--rounds 3/);
    expect(parts[1]?.env).toEqual({ RUNYARD_TEST_LENGTH: 'full', RUNYARD_STRESS_REPORT: '/somewhere' });
  });

  it('tells how a part ended, and its last words', async () => {
    const script = "console.log('one\\n\\n\\u001b[31mtwo\\u001b[0m'); process.exitCode = 3";
    const argv = [process.execPath, '-e', script] as const;
    const result = await runPart({ name: 'x', argv: [...argv], env: { A: 'b' }, lines: 1 }, '.');
    expect(result).toMatchObject({ passed: false, exit: 3, told: ['two'] });
    expect(result.command).toMatch(/^A=b node -e/);
  });

  it('leaves blank lines out of the last words', () => {
    expect(lastLines('a\nb\n\nc\n\n', 2)).toEqual(['b', 'c']);
  });
});
