import { describe, expect, it } from 'vitest';
import type { ChaosReport } from '../../src/chaos/run-chaos.ts';
import { runCli } from '../e2e/support/cli.ts';

/** The short form for every change; `npm run test:full` has the long one. The seed kills the server, a worker, the database and an agent. */
const SEED = '1';

describe('runyard chaos', () => {
  it('X6, S5, G2: all eight conditions hold after kills of worker, server, database and agent', async () => {
    const { code, stdout, stderr } = await runCli(['chaos', '--seed', SEED, '--rounds', '2', '--json'], {
      timeoutMs: 115_000,
    });
    expect(stderr).toBe('');
    const { conditions, rounds } = JSON.parse(stdout) as ChaosReport;
    expect(conditions.filter(({ holds }) => !holds)).toEqual([]);
    expect(conditions).toHaveLength(8);
    expect(rounds.flatMap(({ kills }) => kills).filter((kill) => kill.includes('killed'))).not.toEqual([]);
    expect(code).toBe(0);
  });
});
