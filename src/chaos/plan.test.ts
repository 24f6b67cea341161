import { describe, expect, it } from 'vitest';
import { chaosVictims } from '../domain/chaos-victim.ts';
import { describeKill, planRounds } from './plan.ts';

describe('the plan of kills', () => {
  it('X6: is the same for the same seed, and another for another', () => {
    expect(planRounds({ seed: 7, rounds: 20 })).toEqual(planRounds({ seed: 7, rounds: 20 }));
    expect(planRounds({ seed: 7, rounds: 20 })).not.toEqual(planRounds({ seed: 8, rounds: 20 }));
  });

  it('X6: has every victim and both kinds of points, and names only runs of its round', () => {
    const rounds = planRounds({ seed: 1, rounds: 200 });
    const kills = rounds.flatMap(({ runs, kills: ofRound }) =>
      ofRound.map((kill) => ({ kill, runs: runs.length })),
    );
    expect(new Set(kills.map(({ kill }) => kill.victim))).toEqual(new Set(chaosVictims));
    expect(new Set(kills.map(({ kill }) => kill.at.kind))).toEqual(new Set(['stage', 'delay']));
    expect(kills.filter(({ kill, runs }) => kill.run < 0 || kill.run >= runs)).toEqual([]);
  });

  it('X6: has only the victims that are asked for', () => {
    const rounds = planRounds({ seed: 1, rounds: 50, victims: ['connections'] });
    expect(new Set(rounds.flatMap(({ kills }) => kills.map(({ victim }) => victim)))).toEqual(
      new Set(['connections']),
    );
  });

  it('describes a kill in words', () => {
    expect(describeKill({ victim: 'worker', run: 0, at: { kind: 'stage', stage: 'test' } })).toBe(
      'worker when run 1 is in test',
    );
    expect(describeKill({ victim: 'server', run: 0, at: { kind: 'delay', ms: 20 } })).toBe(
      'server 20 ms later',
    );
  });
});
