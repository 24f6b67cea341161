import { describe, expect, it } from 'vitest';
import { attemptTimeline, type TimelineMark } from './attempt-timeline.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
let clock = 0;
const mark = (epoch: number, type: TimelineMark['type'], data: object) =>
  ({ at: at((clock += 1)), epoch, type, data }) as TimelineMark;
const begin = (epoch: number, attempt: number) => [
  mark(epoch, 'attempt.started', { attempt, agent: 'a', model: null, reason: 'r' }),
  mark(epoch, 'stage.started', { stage: 'implement', attempt }),
];
const end = (epoch: number, attempt: number) =>
  mark(epoch, 'attempt.finished', { attempt, outcome: 'passed', commit: 'c', durationMs: 5, error: null });

describe('the timeline of a run', () => {
  it('X11: what a lost worker had begun was interrupted when another one took over', () => {
    clock = 0;
    const marks = [
      ...begin(1, 1),
      mark(2, 'stage.started', { stage: 'prepare', attempt: 0 }),
      ...begin(2, 1),
      end(2, 1),
    ];
    const { attempts, stages } = attemptTimeline(marks, { workingEpoch: null, endedAt: at(9) });
    expect(attempts.map(({ state, epoch, endedAt }) => [state, epoch, endedAt])).toEqual([
      ['interrupted', 1, at(4)],
      ['finished', 2, at(6)],
    ]);
    expect(stages[0]).toMatchObject({
      stage: 'implement',
      interrupted: true,
      endedAt: at(3),
      durationMs: null,
    });
  });

  it('what the present worker has begun goes on', () => {
    clock = 0;
    const marks = [...begin(1, 1), mark(1, 'stage.started', { stage: 'test', attempt: 1 })];
    const now = attemptTimeline(marks, { workingEpoch: 1, endedAt: null });
    expect(now.attempts).toMatchObject([{ state: 'running', stage: 'test', endedAt: null }]);
    expect(now.stages.map(({ interrupted }) => interrupted)).toEqual([false, false]);
    const stopped = attemptTimeline(marks, { workingEpoch: null, endedAt: at(7) });
    expect(stopped.attempts).toMatchObject([{ state: 'interrupted', endedAt: at(7) }]);
  });

  it('an end without a beginning is left out', () => {
    expect(attemptTimeline([end(1, 1)], { workingEpoch: 1, endedAt: null }).attempts).toEqual([]);
  });
});
