import type { AttemptRecord } from '../domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { bestAttempt, decideNextAttempt, type LadderAction } from '../domain/ladder.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { askLessons } from './ask-lessons.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { parkInstead } from './park-instead.ts';
import { planFirst } from './plan-first.ts';
import { runStage } from './run-stage.ts';
import { deliver } from './stages/deliver.ts';
import { implement } from './stages/implement.ts';
import { prepare } from './stages/prepare.ts';
import { testAttempt } from './stages/test.ts';

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

  const stopped = await attemptUntilDecided(context, progress);
  if (stopped) return stopped;

  const last = lastAttempt(progress);
  if (last.outcome === 'unverifiable' && !spec.checks.allowUnverified && !isAccepted(context, last)) {
    return waitForDecision(last);
  }
  await runStage({ context, progress, stage: 'deliver' }, () => deliver(context, progress, last));
  return { outcome: 'succeeded', attempts: progress.attempts.length };
}

/** Climbs the ladder. Null when there is something to deliver. */
async function attemptUntilDecided(
  context: WorkerContext,
  progress: Progress,
): Promise<SettleRequest | null> {
  const { ladder } = context.assignment.spec;
  for (;;) {
    const action = decideNextAttempt(ladder, progress.attempts);
    if (action.kind === 'deliver') return null;
    if (action.kind === 'give-up') {
      return {
        outcome: 'failed',
        attempts: progress.attempts.length,
        error: failureOf(progress.attempts, action),
      };
    }
    progress.lessons = await askLessons(context, progress, action.number);
    const startFrom = progress.unfinished ?? bestAttempt(progress.attempts)?.commit ?? null;
    const work = await runStage({ context, progress, stage: 'implement' }, (signal) =>
      implement({ context, progress, action, startFrom, signal }),
    );
    const parked = await parkInstead(context, progress, work);
    if (parked) return parked;
    const record = await runStage({ context, progress, stage: 'test' }, (signal) =>
      testAttempt({ context, progress, work, signal }),
    );
    progress.attempts = [...progress.attempts, record];
    progress.candidate = await work.bundle(record);
    progress.unfinished = null;
    await saveCheckpoint(context, progress);
  }
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
  const reason = `The change could not be verified: ${attempt.verdict?.warnings.join(' ') ?? 'no check ran.'}`;
  return {
    outcome: 'waiting',
    reason: 'approval',
    waitMs: null,
    detail: { reason, planHash: null, commit: attempt.commit },
  };
}

function lastAttempt({ attempts }: Progress): AttemptRecord {
  const last = attempts.at(-1);
  if (!last) throw runyardError('run.unexpected', { detail: 'the ladder ended without an attempt' });
  return last;
}

type GivenUp = Extract<LadderAction, { kind: 'give-up' }>;

/** One cause for all attempts is reported as itself; otherwise the last failure stands for the ladder. */
function failureOf(attempts: readonly AttemptRecord[], { last, because }: GivenUp): ErrorData {
  const codes = new Set(attempts.map((attempt) => attempt.error?.code ?? attempt.outcome));
  if (last.error && (codes.size === 1 || because === 'needs-human')) return last.error;
  return toErrorData(
    runyardError('run.ladder-exhausted', {
      attempts: attempts.length,
      lastFailure: describeFailure(last),
      repeated: because === 'repeats',
    }),
  );
}

function describeFailure({ verdict, error, outcome }: AttemptRecord): string {
  const failing = verdict?.results
    .filter((result) => result.status !== 'passed')
    .map((result) => result.check.name);
  const first = verdict?.introduced[0];
  if (failing && failing.length > 0) {
    return `${failing.join(', ')}${first ? `: ${first.file ?? ''}${first.line ? `:${first.line}` : ''} ${first.message}` : ''}`;
  }
  return error ? error.what : outcome;
}
