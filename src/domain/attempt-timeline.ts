import type { StartedFrom } from './attempt.ts';
import type { ErrorData } from './errors/runyard-error.ts';
import type { EventData } from './events.ts';
import type { Stage } from './stage.ts';

/** One beginning or end, with the epoch of the worker it is of. */
export type TimelineMark = { readonly at: Date; readonly epoch: number } & (
  | { readonly type: 'stage.started'; readonly data: EventData<'stage.started'> }
  | { readonly type: 'stage.finished'; readonly data: EventData<'stage.finished'> }
  | { readonly type: 'attempt.started'; readonly data: EventData<'attempt.started'> }
  | { readonly type: 'attempt.finished'; readonly data: EventData<'attempt.finished'> }
);

export interface StageSpan {
  readonly stage: Stage;
  readonly attempt: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly durationMs: number | null;
  readonly interrupted: boolean;
}

export interface AttemptSpan {
  readonly number: number;
  readonly epoch: number;
  readonly state: 'running' | 'finished' | 'interrupted';
  readonly stage: Stage;
  readonly agent: string;
  readonly model: string | null;
  readonly reason: string;
  /** null: the base commit. */
  readonly startedFrom: StartedFrom | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly durationMs: number | null;
  readonly outcome: EventData<'attempt.finished'>['outcome'] | null;
  readonly commit: string | null;
  readonly error: ErrorData | null;
}

export interface Now {
  /** The epoch of the worker that has the run now; null: nobody works on it. */
  readonly workingEpoch: number | null;
  /** When the run ended. */
  readonly endedAt: Date | null;
}

interface Open<T> {
  span: T;
  epoch: number;
  done: boolean;
}

/**
 * Which stage and attempt lasted from when to when. What a worker began and never ended was interrupted, unless that worker is the one that
 * works now.
 */
export function attemptTimeline(
  marks: readonly TimelineMark[],
  now: Now,
): { stages: StageSpan[]; attempts: AttemptSpan[] } {
  const stages: Open<StageSpan>[] = [];
  const attempts: Open<AttemptSpan>[] = [];
  for (const mark of marks) {
    if (mark.type === 'stage.started') {
      interrupt(stages, mark);
      stages.push({ span: stageOf(mark), epoch: mark.epoch, done: false });
      moveAttempt(attempts, mark);
    } else if (mark.type === 'stage.finished') finishStage(stages, mark);
    else if (mark.type === 'attempt.started') {
      interrupt(attempts, mark);
      attempts.push({ span: attemptOf(mark), epoch: mark.epoch, done: false });
    } else finishAttempt(attempts, mark);
  }
  return {
    stages: stages.map(({ span, epoch, done }) => {
      const interrupted = !done && epoch !== now.workingEpoch;
      return { ...span, interrupted, endedAt: span.endedAt ?? (interrupted ? now.endedAt : null) };
    }),
    attempts: attempts.map(({ span, epoch, done }) => {
      if (done) return span;
      if (epoch === now.workingEpoch) return { ...span, state: 'running' as const };
      return { ...span, state: 'interrupted' as const, endedAt: span.endedAt ?? now.endedAt };
    }),
  };
}

/** A new beginning by another worker ends what an earlier one had not finished. */
function interrupt<T extends { readonly endedAt: Date | null }>(all: Open<T>[], mark: TimelineMark): void {
  for (const open of all)
    if (!open.done && open.epoch !== mark.epoch && open.span.endedAt === null)
      open.span = { ...open.span, endedAt: mark.at };
}

function stageOf({ at, data }: Extract<TimelineMark, { type: 'stage.started' }>): StageSpan {
  return { ...data, startedAt: at, endedAt: null, durationMs: null, interrupted: false };
}

function finishStage(
  stages: Open<StageSpan>[],
  mark: Extract<TimelineMark, { type: 'stage.finished' }>,
): void {
  const { stage, attempt, durationMs } = mark.data;
  const open = stages.findLast(
    ({ span, epoch, done }) =>
      !done && epoch === mark.epoch && span.stage === stage && span.attempt === attempt,
  );
  if (!open) return;
  open.done = true;
  open.span = { ...open.span, endedAt: mark.at, durationMs };
}

function attemptOf({ at, epoch, data }: Extract<TimelineMark, { type: 'attempt.started' }>): AttemptSpan {
  const { attempt: number, agent, model, reason, startedFrom = null } = data;
  const nothingYet = { endedAt: null, durationMs: null, outcome: null, commit: null, error: null };
  return {
    number,
    epoch,
    state: 'running',
    stage: 'implement',
    agent,
    model,
    reason,
    startedFrom,
    startedAt: at,
    ...nothingYet,
  };
}

function moveAttempt(
  attempts: Open<AttemptSpan>[],
  mark: Extract<TimelineMark, { type: 'stage.started' }>,
): void {
  const { stage, attempt } = mark.data;
  const open = attempts.findLast(({ span, epoch }) => epoch === mark.epoch && span.number === attempt);
  if (open && stage === 'test') open.span = { ...open.span, stage };
}

function finishAttempt(
  attempts: Open<AttemptSpan>[],
  mark: Extract<TimelineMark, { type: 'attempt.finished' }>,
): void {
  const { attempt, outcome, commit, durationMs, error } = mark.data;
  const open = attempts.findLast(
    ({ span, epoch, done }) => !done && epoch === mark.epoch && span.number === attempt,
  );
  if (!open) return;
  open.done = true;
  open.span = { ...open.span, state: 'finished', endedAt: mark.at, durationMs, outcome, commit, error };
}
