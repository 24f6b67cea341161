import { expect } from 'vitest';
import { runyardError, toErrorData } from '../../../src/domain/errors/runyard-error.ts';
import { appendWorkerEvents } from '../../../src/events/append-worker-events.ts';
import { heartbeatRun } from '../../../src/queue/heartbeat-run.ts';
import { parkRun } from '../../../src/queue/park-run.ts';
import { releaseRun } from '../../../src/queue/release-run.ts';
import { renewLease } from '../../../src/queue/renew-lease.ts';
import { settleRun } from '../../../src/queue/settle-run.ts';
import { databaseNow } from '../../../src/store/database-now.ts';
import { delivery } from '../store-testing.ts';
import {
  expectDone,
  hasLiveClaim,
  liveClaimOf,
  newest,
  nodeOf,
  type Step,
  type StepKind,
} from './commands.ts';
import { beside, LEASE_MS, leave, lose, type ModelClaim, owns, stopped } from './model.ts';

const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
const ownerOf = ({ run, epoch }: ModelClaim) => ({ runId: run.id, epoch });
const refusalOf = (claim: ModelClaim) => (owns(claim) ? null : 'run.stale-owner');
const WAIT_MS = beside(20);

async function heartbeat(step: Step): Promise<void> {
  const { model } = step;
  const claim = liveClaimOf(step);
  const beat = { ...ownerOf(claim), leaseMs: LEASE_MS, stage: 'plan', attempt: 1, activity: '' } as const;
  const answer = await expectDone(heartbeatRun(nodeOf(step, step.node).queue, beat), refusalOf(claim));
  if (!owns(claim)) return;
  claim.run.lease = model.nowMs + LEASE_MS;
  const mode = claim.run.stop;
  expect(answer?.stop?.mode ?? null).toBe(mode);
}

async function renew(step: Step): Promise<void> {
  const claim = liveClaimOf(step);
  const lease = { ...ownerOf(claim), leaseMs: LEASE_MS };
  await expectDone(renewLease(nodeOf(step, step.node).queue, lease), refusalOf(claim));
  if (owns(claim)) claim.run.lease = step.model.nowMs + LEASE_MS;
}

/** The same words of a worker come twice, over two nodes: its answer was lost. */
async function say(step: Step): Promise<void> {
  const claim = liveClaimOf(step);
  const workerSeq = 1 + step.pick;
  const event = { type: 'run.warning', data: { code: 'test', message: 'said' } } as const;
  const words = { ...ownerOf(claim), events: [{ workerSeq, ageMs: 0, event }] };
  for (const index of [step.node, step.other]) {
    const { store } = nodeOf(step, index);
    const said = store.db.transaction().execute((tx) => appendWorkerEvents(tx, words));
    await expectDone(said, refusalOf(claim));
  }
  if (owns(claim)) claim.run.said.add(`${claim.epoch} ${workerSeq}`);
  const stored = await step.real.cluster.database.store.db
    .selectFrom('run_events')
    .select(['epoch', 'worker_seq'])
    .where('run_id', '=', claim.run.id)
    .where('worker_seq', 'is not', null)
    .execute();
  expect(stored.map((row) => `${row.epoch} ${row.worker_seq}`).toSorted()).toEqual(
    [...claim.run.said].toSorted(),
  );
}

function settlement(claim: ModelClaim, outcome: 'succeeded' | 'failed') {
  const succeeded = outcome === 'succeeded';
  const ending = { error: succeeded ? null : failure, delivery: succeeded ? delivery : null, attempts: 1 };
  return { ...ownerOf(claim), outcome, ...ending };
}

function settle(outcome: 'succeeded' | 'failed'): StepKind['act'] {
  return async (step) => {
    const claim = liveClaimOf(step);
    const settled = settleRun(nodeOf(step, step.node).queue, settlement(claim, outcome));
    await expectDone(settled, refusalOf(claim));
    if (owns(claim)) leave(step.model, claim.run, outcome);
  };
}

/** Its answer was lost: the worker tells the same end to two nodes at once. */
async function settleTwice(step: Step): Promise<void> {
  const claim = liveClaimOf(step);
  const ends = [step.node, step.other].map((index) =>
    settleRun(nodeOf(step, index).queue, settlement(claim, 'succeeded')),
  );
  const answers = await Promise.allSettled(ends);
  const done = answers.filter(({ status }) => status === 'fulfilled');
  expect(done).toHaveLength(owns(claim) ? 1 : 0);
  if (owns(claim)) leave(step.model, claim.run, 'succeeded');
}

function park(reason: 'approval' | 'quota'): StepKind['act'] {
  return async (step) => {
    const { model, real } = step;
    const claim = liveClaimOf(step);
    const waitUntil = new Date((await databaseNow(real.cluster.database.store.db)).getTime() + WAIT_MS);
    const detail = { reason, planHash: 'aaa', commit: null };
    const parking = { ...ownerOf(claim), reason, waitUntil, detail };
    await expectDone(parkRun(nodeOf(step, step.node).queue, parking), refusalOf(claim));
    if (!owns(claim)) return;
    const { run } = claim;
    leave(model, run, run.stop ? stopped(run) : 'waiting');
    Object.assign(run, { reason, until: model.nowMs + WAIT_MS });
  };
}

async function handOver(step: Step): Promise<void> {
  const claim = liveClaimOf(step);
  const release = { ...ownerOf(claim), cause: 'test', counts: false };
  await expectDone(releaseRun(nodeOf(step, step.node).queue, release), refusalOf(claim));
  if (owns(claim)) lose(step.model, claim.run, false);
}

const deadClaims = (claims: readonly ModelClaim[]) => claims.filter(({ alive }) => !alive);

/** A node finds a worker dead, its own or that of the node it was before its crash. */
async function recover(step: Step): Promise<void> {
  const claim = newest(deadClaims(step.model.claims), step.pick);
  const release = { ...ownerOf(claim), cause: 'test' };
  await expectDone(releaseRun(nodeOf(step, step.node).queue, release), refusalOf(claim));
  if (owns(claim)) lose(step.model, claim.run, true);
}

async function crashWorker(step: Step): Promise<void> {
  liveClaimOf(step).alive = false;
}

/** What workers and those who answer for them do, in time and too late. */
export const ownerSteps: readonly StepKind[] = [
  { name: 'heartbeat', needs: hasLiveClaim, act: heartbeat },
  { name: 'renew lease', needs: hasLiveClaim, act: renew },
  { name: 'say', needs: hasLiveClaim, act: say },
  { name: 'succeed', needs: hasLiveClaim, act: settle('succeeded') },
  { name: 'fail', needs: hasLiveClaim, act: settle('failed') },
  { name: 'settle twice', needs: hasLiveClaim, act: settleTwice },
  { name: 'park for approval', needs: hasLiveClaim, act: park('approval') },
  { name: 'park for quota', needs: hasLiveClaim, act: park('quota') },
  { name: 'hand over', needs: hasLiveClaim, act: handOver },
  { name: 'crash of a worker', needs: hasLiveClaim, act: crashWorker },
  { name: 'recover', needs: ({ claims }) => deadClaims(claims).length > 0, act: recover },
];
