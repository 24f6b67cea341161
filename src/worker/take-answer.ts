import type { AttemptRecord } from '../domain/attempt.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { runStage } from './run-stage.ts';
import { verdictEvent, verifyOnce } from './stages/test.ts';

/**
 * Takes what a person said after the last attempt (X9). Words are for the next attempt; without any, what the attempt met is said to be
 * mended, so its commit is verified again and may pass as it is.
 */
export async function takeAnswer(context: WorkerContext, progress: Progress): Promise<void> {
  const last = progress.attempts.at(-1);
  const given = context.assignment.answers.findLast(({ attempt }) => attempt === last?.number);
  if (!last || !given || last.answer !== undefined) return;
  const answered = { ...last, answer: given.answer };
  const record = given.answer === '' ? await verifiedAgain(context, progress, answered) : answered;
  progress.attempts = [...progress.attempts.slice(0, -1), record];
  await saveCheckpoint(context, progress);
}

async function verifiedAgain(
  context: WorkerContext,
  progress: Progress,
  record: AttemptRecord,
): Promise<AttemptRecord> {
  const { commit, number, error } = record;
  if (commit === null || error) return record;
  const verdict = await runStage({ context, progress, stage: 'test' }, (signal) =>
    // What is kept from before the person mended it would only say the same again.
    verifyOnce({ context, progress, work: { number }, signal }, commit, true),
  );
  context.emit({ type: 'verdict.reached', data: verdictEvent(number, verdict) });
  const outcomes = { passed: 'passed', unverifiable: 'unverifiable', failed: 'checks-failed' } as const;
  const again = (record.verifiedAgain ?? 0) + 1;
  return { ...record, verdict, outcome: outcomes[verdict.status], verifiedAgain: again };
}
