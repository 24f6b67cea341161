import type { Checkpoint } from '../domain/checkpoint.ts';
import { progressOf } from '../domain/progress.ts';
import { blockingFindings, newestReviews } from '../domain/review.ts';
import type { Run } from '../domain/run.ts';
import { waitsOf } from '../domain/waits.ts';
import { readEvents } from '../events/read-events.ts';
import { findRollback } from '../events/record-rollback.ts';
import { remainingMs } from '../lib/deadline.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';
import { databaseNow } from '../store/database-now.ts';
import { findReceipt } from '../store/receipts.ts';
import { runActivity } from '../store/run-activity.ts';
import { usualStageTimes } from '../store/stage-times.ts';
import type { Store } from '../store/store.ts';
import type { RunDetails } from './contract.ts';
import { receiptBrief } from './receipt-brief.ts';
import { toRunView } from './run-view.ts';

const MOST_EVENTS = 10_000;

/** A run with its plan, attempts, last checkpoint and snapshots. */
export async function runDetails(db: Store['db'], run: Run): Promise<RunDetails> {
  const [checkpoint, rollback, events, activity, now, usual, receipt] = await Promise.all([
    latestCheckpoint(db, run.id),
    findRollback(db, run.id),
    readEvents(db, run.id, { after: 0, limit: MOST_EVENTS }),
    runActivity(db, run.id),
    databaseNow(db),
    usualStageTimes(db, run),
    run.delivery ? findReceipt(db, run.id) : null,
  ]);
  const proposed = events.findLast((event) => event.type === 'plan.proposed')?.data;
  const approved = events.findLast((event) => event.type === 'plan.approved')?.data;
  const approvedBy = approved && approved.hash === proposed?.hash ? approved.by : null;
  return {
    run: toRunView(run),
    plan: proposed ? { ...proposed, approvedBy } : null,
    attempts: checkpoint?.attempts ?? [],
    checkpoint: checkpoint && checkpointView(checkpoint),
    retryOf: events.find((event) => event.type === 'run.accepted')?.data.retryOf ?? null,
    retries: events.flatMap((event) => (event.type === 'run.retried' ? [event.data.run] : [])),
    snapshots: events.flatMap((event) => (event.type === 'snapshot.saved' ? [event.data.ref] : [])),
    rollback: rollback ? { ...rollback, at: rollback.at.toISOString() } : null,
    reviews: reviewViews(run, checkpoint),
    receipt: receipt && receiptBrief(receipt),
    waits: waitsOf({ run, events }).map((wait) => ({
      ...wait,
      until: wait.until.toISOString(),
      leftMs: remainingMs(wait.until, now),
    })),
    progress: progressOf(run, events, { now, usual }),
    activity: activity
      ? { ...activity, at: activity.at.toISOString(), ageMs: remainingMs(now, activity.at) }
      : null,
  };
}

function reviewViews({ spec }: Run, checkpoint: Checkpoint | null): RunDetails['reviews'] {
  return newestReviews(checkpoint?.attempts ?? []).map((review) => {
    const policy = spec.reviews?.[review.stage];
    return { ...review, blocking: policy ? blockingFindings(review, policy).length : 0 };
  });
}

function checkpointView({ stage, baseCommit, candidate }: Checkpoint): RunDetails['checkpoint'] {
  const kept = candidate && { commit: candidate.commit, verified: candidate.verified };
  return { stage, baseCommit, candidate: kept };
}
