import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventType, parseNewEvent, type RunEvent } from './events.ts';
import { progressOf, type StageTimes } from './progress.ts';
import type { Run } from './run.ts';
import { isTerminal, type RunState, runStates } from './run-state.ts';
import { type Stage, stages } from './stage.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const usual: StageTimes = {
  ms: { prepare: 1_000, implement: 60_000, test: 20_000, deliver: 1_000 },
  runs: 3,
};
const nothingKnown: StageTimes = { ms: {}, runs: 0 };

function run(state: RunState, plan: 'off' | 'auto' = 'off'): Pick<Run, 'state' | 'spec'> {
  const spec = { plan: { mode: plan, model: null }, checks: { mode: 'auto' } } as unknown as Run['spec'];
  return { state, spec };
}

function event(type: EventType, data: unknown, seconds: number): RunEvent {
  const at = new Date(START + seconds * 1000);
  return { ...parseNewEvent(type, data), runId: 'r', seq: 1, at };
}
const started = (stage: Stage, seconds: number) => event('stage.started', { stage, attempt: 1 }, seconds);
const finished = (stage: Stage, seconds: number) =>
  event('stage.finished', { stage, attempt: 1, durationMs: 1 }, seconds);
const moved = (to: RunState, seconds: number) =>
  event('run.state-changed', { from: null, to, waitReason: null, error: null }, seconds);

function at(seconds: number, events: readonly RunEvent[], state: RunState = 'running', times = usual) {
  return progressOf(run(state), events, { now: new Date(START + seconds * 1000), usual: times });
}

describe('progressOf', () => {
  it('O3: is nothing before the first stage, and whole only after success', () => {
    expect(at(0, [], 'queued')).toEqual({ fraction: 0, leftMs: null, earlierRuns: 3 });
    const all = stages.flatMap((stage, n) => [started(stage, n), finished(stage, n + 1)]);
    expect(at(9, all, 'running').fraction).toBeLessThan(1);
    expect(at(9, [...all, moved('succeeded', 9)], 'succeeded')).toEqual({
      fraction: 1,
      leftMs: 0,
      earlierRuns: 3,
    });
    expect(at(9, [started('implement', 0), moved('failed', 9)], 'failed')).toMatchObject({ leftMs: 0 });
  });

  it('O3: follows what earlier runs took', () => {
    const events = [started('prepare', 0), finished('prepare', 1), started('implement', 1)];
    const [early, late] = [at(10, events), at(50, events)];
    expect(early.fraction).toBeGreaterThan(0.1);
    expect(late.fraction).toBeGreaterThan(0.5);
    expect(late.leftMs).toBeLessThan(early.leftMs ?? 0);
    expect(late.leftMs).toBeGreaterThan(21_000);
    expect(at(10, events, 'running', nothingKnown).fraction).toBeLessThan(early.fraction);
  });

  it('O3: a second attempt goes on from where the first one ended', () => {
    const first = [
      started('implement', 0),
      finished('implement', 60),
      started('test', 60),
      finished('test', 80),
    ];
    const before = at(80, first).fraction;
    const again = at(80, [...first, started('implement', 80)]);
    expect(again.fraction).toBe(before);
    expect(at(140, [...first, started('implement', 80)]).fraction).toBeGreaterThan(before);
  });

  it('O3: stands still while the run waits, and says no time', () => {
    const events = [started('implement', 0), moved('waiting', 30)];
    expect(at(40, events, 'waiting').leftMs).toBeNull();
    expect(at(4000, events, 'waiting')).toEqual(at(40, events, 'waiting'));
  });

  it('O3: never falls and is always a number, whatever events there are and in whatever order', () => {
    const stage = fc.constantFrom(...stages);
    const seconds = fc.integer({ min: -1_000, max: 100_000 });
    const any = fc.oneof(
      fc.tuple(stage, seconds).map(([name, when]) => started(name, when)),
      fc.tuple(stage, seconds).map(([name, when]) => finished(name, when)),
      fc.tuple(fc.constantFrom(...runStates), seconds).map(([to, when]) => moved(to, when)),
    );
    const times = fc.record({
      ms: fc.dictionary(stage, fc.double({ min: 0, max: 1e7, noNaN: true })),
      runs: fc.nat(20),
    });
    const looks = fc.array(
      fc.tuple(fc.nat(3), fc.nat(50_000), fc.constantFrom<RunState>('running', 'waiting', 'starting')),
    );
    fc.assert(
      fc.property(fc.array(any), times, looks, (events, known, steps) => {
        let seen = 0;
        let now = 0;
        let last = 0;
        for (const [more, later, state] of steps) {
          seen += more;
          now += later;
          const visible = events.slice(0, seen);
          if (visible.some((one) => one.type === 'run.state-changed' && isTerminal(one.data.to))) return;
          const { fraction, leftMs } = at(now, visible, state, known);
          expect(fraction).toBeGreaterThanOrEqual(last);
          expect(fraction).toBeLessThanOrEqual(0.99);
          expect(leftMs === null || (Number.isFinite(leftMs) && leftMs >= 0)).toBe(true);
          last = fraction;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
