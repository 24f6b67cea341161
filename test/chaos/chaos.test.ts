import { describe, expect, it } from 'vitest';
import type { ChaosReport } from '../../src/chaos/run-chaos.ts';
import { runCli } from '../e2e/support/cli.ts';

/** The short form for every change; `npm run test:full` has the long one. */
const rounds = 2;
const killed = 'worker,server,database,agent';
const seeds = [
  { seed: '1', killed: 'an agent, the server and the workers', victims: killed },
  { seed: '4', killed: 'the database, again and again', victims: killed },
  { seed: '2', killed: 'connections to the database', victims: 'connections' },
];

describe('runyard chaos', () => {
  it.each(seeds)(
    'X6, S5, G2: all eight conditions hold after kills of $killed (seed $seed)',
    async ({ seed, victims }) => {
      const args = ['chaos', '--seed', seed, '--rounds', String(rounds), '--victims', victims, '--json'];
      const { code, stdout, stderr } = await runCli(args, { timeoutMs: 115_000 });
      expect(stderr).toBe('');
      const report = JSON.parse(stdout) as ChaosReport;
      expect(report.conditions.filter(({ holds }) => !holds)).toEqual([]);
      expect(report.conditions).toHaveLength(8);
      expect(report.rounds.flatMap(({ kills }) => kills).join('\n')).toContain(': killed');
      expect(code).toBe(0);
    },
  );

  // Both mostly wait for leases to end.
  it.concurrent.each(['frozen-worker', 'frozen-server'])(
    'X6, X3, Q5: all eight conditions hold after a %s that wakes up after twice its lease',
    async (victim) => {
      const args = ['chaos', '--seed', '13', '--rounds', '1', '--victims', victim, '--json'];
      const { stdout, code } = await runCli(args, { timeoutMs: 235_000 });
      const report = JSON.parse(stdout) as ChaosReport;
      expect(report.conditions.filter(({ holds }) => !holds)).toEqual([]);
      expect(report.rounds.flatMap(({ kills }) => kills).join('\n')).toContain(': frozen');
      expect(code).toBe(0);
    },
    240_000,
  );
});
