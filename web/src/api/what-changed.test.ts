import { describe, expect, it } from 'vitest';
import { changesOf } from './what-changed.ts';

const keys = (type: string) => changesOf(type, 'r').map(({ key }) => key.join('/'));

describe('what is read again after an event', () => {
  it('of an agent that talks: nothing dear', () => {
    expect(keys('agent.activity')).toEqual(['run/r/model-calls', 'run/r/events']);
  });

  it('of a run that moves: lists, and the run', () => {
    expect(keys('run.state-changed')).toEqual(
      expect.arrayContaining(['runs', 'queue', 'overview', 'run/r/details', 'run/r/why', 'run/r/plans']),
    );
    expect(keys('attempt.finished')).toContain('run/r/diff');
  });

  it('of a kind it does not know: the run', () => {
    expect(keys('something.new')).toContain('run/r/details');
  });
});
