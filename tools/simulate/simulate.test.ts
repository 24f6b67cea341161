import { describe, expect, it } from 'vitest';
import { realDeciders, simulate } from './simulate.ts';
import type { Deciders } from './state.ts';

const SEEDS = 15;

function violationsOf(broken: Partial<Deciders>): string {
  const found: string[] = [];
  for (let seed = 1; seed <= SEEDS && found.length === 0; seed++)
    found.push(...simulate(seed, { ...realDeciders, ...broken }).violations);
  return found.join('\n');
}

describe('the simulation', () => {
  it('S5, Q2, Q5, Q6: breaks no invariant with the real deciders', () => {
    expect(violationsOf({})).toBe('');
  });

  it('gives the same for the same seed, and has runs that are recovered, stopped and failed', () => {
    const result = simulate(3);
    expect(simulate(3)).toEqual(result);
    expect(result.recoveries).toBeGreaterThan(0);
    expect(Object.keys(result.ended).length).toBeGreaterThan(2);
  });

  it('Q2: notices limits that are not kept', () => {
    const broken = violationsOf({
      decideAdmission: (snapshot, rules) =>
        realDeciders.decideAdmission(snapshot, {
          ...rules,
          limits: { ...rules.limits, maxRuns: 50, maxRunsPerRepository: 10 },
        }),
    });
    expect(broken).toContain('at once');
  });

  it('Q5: notices a worker that writes after it lost its run', () => {
    expect(violationsOf({ isOwner: (run) => run.state === 'running' })).toContain('wrote in epoch');
  });

  it('S2: notices a limit that nobody enforces', () => {
    expect(violationsOf({ overdue: () => null })).toContain('beyond its limit');
  });

  it('S1: notices a transition that is not in the table', () => {
    expect(violationsOf({ canTransition: (from, to) => from !== 'running' || to !== 'starting' })).toContain(
      'became',
    );
  });
});
