import type { RunEvent } from './events.ts';
import type { Run } from './run.ts';
import { isTerminal } from './run-state.ts';
import { type Stage, stages } from './stage.ts';

/** How long each stage usually takes; what is not known of it is absent. */
export interface StageTimes {
  readonly ms: Readonly<Partial<Record<Stage, number>>>;
  /** Earlier runs that this was learnt from. */
  readonly runs: number;
}

export interface Progress {
  /** 0 to 1. Never falls while a run goes on, and is 1 only for a run that succeeded. */
  readonly fraction: number;
  /** null: it does not work now, so nobody knows. */
  readonly leftMs: number | null;
  /** Earlier runs of the same repository that the estimate rests on; 0: what is usual anywhere. */
  readonly earlierRuns: number;
}

/** For a repository that had no run yet. */
const USUAL_MS: Readonly<Record<Stage, number>> = {
  prepare: 5_000,
  plan: 60_000,
  implement: 300_000,
  test: 120_000,
  quality: 60_000,
  security: 60_000,
  deliver: 5_000,
};
/** What is not over is not done. */
const MOST = 0.99;
/** A stage is at four fifths of its share when it has taken as long as it usually does, and slows down from there. */
const STEEPNESS = 1.6;

type Progressing = Pick<Run, 'state' | 'spec'>;

/**
 * How far a run is, from its events. Each stage has a share of what is left when it begins, as long as it usually takes; a stage that comes again
 * gets one again. What has ended in whatever way has used up its share, so the fraction never falls, whichever events are missing or late.
 */
export function progressOf(
  run: Progressing,
  events: readonly RunEvent[],
  at: { now: Date; usual: StageTimes },
): Progress {
  const expected = expectedMs(run, at.usual);
  const earlierRuns = at.usual.runs;
  const step = events.reduce<Step>((current, event) => next(current, event, expected), {
    stage: null,
    from: 0,
    share: 0,
    since: 0,
  });
  if (run.state === 'succeeded') return { fraction: 1, leftMs: 0, earlierRuns };
  const leftMs = isTerminal(run.state) ? 0 : null;
  if (step.stage === null) return { fraction: step.from, leftMs, earlierRuns };
  const usualMs = expected[step.stage];
  const elapsed = Math.max(0, at.now.getTime() - step.since) / usualMs;
  const fraction = bounded(step.from + step.share * (1 - Math.exp(-STEEPNESS * elapsed)));
  if (run.state !== 'running') return { fraction, leftMs, earlierRuns };
  const stillMs = usualMs * Math.exp(-elapsed);
  return { fraction, leftMs: Math.round(stillMs + sumFrom(step.stage, expected) - usualMs), earlierRuns };
}

interface Step {
  /** null: between two stages, or not at work. */
  readonly stage: Stage | null;
  /** The fraction when it began. */
  readonly from: number;
  /** What it adds at most. */
  readonly share: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

function next(step: Step, event: RunEvent, expected: Record<Stage, number>): Step {
  const from = bounded(step.from + step.share);
  if (event.type === 'stage.started') {
    const { stage } = event.data;
    const share = ((MOST - from) * expected[stage]) / sumFrom(stage, expected);
    return { stage, from, share, since: event.at.getTime() };
  }
  const ends =
    event.type === 'stage.finished' || (event.type === 'run.state-changed' && event.data.to !== 'running');
  return ends ? { stage: null, from, share: 0, since: step.since } : step;
}

/** Sums of shares may pass the whole by a rounding error. */
function bounded(fraction: number): number {
  return Math.min(MOST, fraction);
}

/** Of this stage and of those that usually follow it. */
function sumFrom(stage: Stage, expected: Record<Stage, number>): number {
  return stages.slice(stages.indexOf(stage)).reduce((sum, each) => sum + expected[each], 0);
}

function expectedMs({ spec }: Progressing, { ms }: StageTimes): Record<Stage, number> {
  const left = { plan: spec.plan.mode === 'off', test: spec.checks.mode === 'off' };
  const of = (stage: Stage) => Math.max(1, ms[stage] ?? USUAL_MS[stage]);
  return {
    prepare: of('prepare'),
    plan: left.plan ? 1 : of('plan'),
    implement: of('implement'),
    test: left.test ? 1 : of('test'),
    quality: spec.reviews?.quality ? of('quality') : 1,
    security: spec.reviews?.security ? of('security') : 1,
    deliver: of('deliver'),
  };
}
