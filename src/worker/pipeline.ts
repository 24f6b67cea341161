import type { AttemptRecord } from '../domain/attempt.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { decideNextAttempt, startOf } from '../domain/ladder.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { askLessons } from './ask-lessons.ts';
import { askPerson } from './ask-person.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { type Decided, giveUp } from './given-up.ts';
import { asksAPerson, asksOf, unverifiedReason, waitForGuards } from './guard-decision.ts';
import { parkInstead } from './park-instead.ts';
import { planFirst } from './plan-first.ts';
import { reviewFirst } from './review-first.ts';
import { runStage } from './run-stage.ts';
import { deliver } from './stages/deliver.ts';
import { implement } from './stages/implement.ts';
import { prepare } from './stages/prepare.ts';
import { testAttempt } from './stages/test.ts';
import { takeAnswer } from './take-answer.ts';

/**
 * The whole way of a run, from its last checkpoint to what the worker asks the control plane to settle. Throws when the run must
 * stop (the context's signal) or when something unexpected happens; expected failures are returned.
 */
export async function runPipeline(context: WorkerContext, progress: Progress): Promise<SettleRequest> {
  const { spec } = context.assignment;

  const prepared = await runStage({ context, progress, stage: 'prepare' }, () => prepare(context, progress));
  progress.baseCommit = prepared.baseCommit;
  progress.mirrorDir = prepared.mirrorDir;
  progress.repository = prepared.repository;
  progress.sayDoubts = prepared.sayDoubts;

  const undecided = await planFirst(context, progress);
  if (undecided) return undecided;

  await takeAnswer(context, progress);
  const decided = await attemptUntilDecided(context, progress);
  if (decided.kind === 'settle') return decided.request;

  const last = decided.attempt;
  if (last.outcome === 'unverifiable' && !spec.checks.allowUnverified && !isAccepted(context, last)) {
    return waitForDecision(last);
  }
  if (!isAccepted(context, last) && asksAPerson(last)) return waitForGuards(last);
  await runStage({ context, progress, stage: 'deliver' }, () => deliver(context, progress, last));
  return { outcome: 'succeeded', attempts: progress.attempts.length };
}

/** Climbs the ladder, unless a person has accepted what one of its attempts made. */
async function attemptUntilDecided(context: WorkerContext, progress: Progress): Promise<Decided> {
  const { ladder, healing } = context.assignment.spec;
  const accepted = progress.attempts.findLast((attempt) => isAccepted(context, attempt));
  if (accepted) return { kind: 'deliver', attempt: accepted };
  for (;;) {
    let action = decideNextAttempt({ ladder, healing, attempts: progress.attempts });
    if (action.kind === 'deliver') {
      const reviewed = await reviewFirst(context, progress, action.attempt);
      if (reviewed.kind === 'settle') return reviewed;
      if (reviewed.kind === 'deliver') return { kind: 'deliver', attempt: lastAttempt(progress) };
      action = reviewed;
    }
    if (action.kind === 'ask') return { kind: 'settle', request: askPerson(action) };
    if (action.kind === 'give-up') return giveUp(context, progress, action);
    const attempt = action;
    progress.lessons = await askLessons(context, progress, attempt.number);
    const startedFrom = progress.unfinished ? null : startOf(progress.attempts);
    const startFrom = progress.unfinished ?? startedFrom?.commit ?? null;
    const work = await runStage({ context, progress, stage: 'implement' }, (signal) =>
      implement({ context, progress, action: attempt, startFrom, startedFrom, signal }),
    );
    const parked = await parkInstead(context, progress, work);
    if (parked) return { kind: 'settle', request: parked };
    const record = await runStage({ context, progress, stage: 'test' }, (signal) =>
      testAttempt({ context, progress, work, signal }),
    );
    progress.candidate = await work.bundle(record);
    progress.attempts = [...progress.attempts, withBundle(record, progress)];
    progress.unfinished = null;
    await saveCheckpoint(context, progress);
  }
}

/** Where its commit is kept, for a later worker that goes on from it. */
function withBundle(record: AttemptRecord, { candidate }: Progress): AttemptRecord {
  return candidate?.commit === record.commit ? { ...record, bundle: candidate.bundle } : record;
}

export function progressFrom({ assignment }: Pick<WorkerContext, 'assignment'>): Progress {
  const { checkpoint } = assignment;
  return {
    stage: 'prepare',
    baseCommit: checkpoint?.baseCommit ?? null,
    mirrorDir: null,
    repository: null,
    sayDoubts: null,
    plan: checkpoint?.plan ?? null,
    revisions: [...assignment.planRevisions],
    attempts: [...(checkpoint?.attempts ?? [])],
    lessons: [],
    candidate: checkpoint?.candidate ?? null,
    unfinished: checkpoint?.unfinished ?? null,
  };
}

function isAccepted({ assignment }: WorkerContext, attempt: AttemptRecord): boolean {
  return attempt.commit !== null && assignment.approvedHash === attempt.commit;
}

function waitForDecision(attempt: AttemptRecord): SettleRequest {
  const reason = unverifiedReason(attempt);
  return {
    outcome: 'waiting',
    reason: 'approval',
    waitMs: null,
    detail: { reason, planHash: null, commit: attempt.commit, ...asksOf(attempt) },
  };
}

function lastAttempt({ attempts }: Progress): AttemptRecord {
  const last = attempts.at(-1);
  if (!last) throw runyardError('run.unexpected', { detail: 'the ladder ended without an attempt' });
  return last;
}
