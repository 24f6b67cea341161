import { describe, expect, it } from 'vitest';
import { runStates } from '../domain/run-state.ts';
import { exitCodeOfError, exitCodeOfRun } from './exit-codes.ts';

describe('exit codes', () => {
  it('follow the state a run stopped in', () => {
    expect(Object.fromEntries(runStates.map((state) => [state, exitCodeOfRun(state)]))).toEqual({
      queued: null,
      starting: null,
      running: null,
      waiting: 3,
      succeeded: 0,
      failed: 1,
      cancelled: 130,
      timed_out: 124,
    });
  });

  it.each([
    ['config.key-missing', 2],
    ['cli.usage', 2],
    ['agent.not-found', 2],
    ['run.not-found', 2],
    ['run.not-ended', 2],
    ['run.attempt-not-kept', 2],
    ['api.repository-unknown', 2],
    ['git.missing-branch', 2],
    ['git.timed-out', 1],
    ['api.queue-full', 4],
    ['api.shutting-down', 4],
    ['run.deadline-exceeded', 124],
    ['run.cancelled', 130],
    ['api.address-unusable', 2],
    ['run.unexpected', 1],
    ['cli.control-plane-unreachable', 1],
    ['something.new', 1],
  ])('follow the error %s', (code, exit) => {
    expect(exitCodeOfError(code)).toBe(exit);
  });
});
