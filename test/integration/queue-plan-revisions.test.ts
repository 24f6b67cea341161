import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Plan, planHash } from '../../src/domain/plan.ts';
import type { WaitDetail } from '../../src/domain/run.ts';
import { appendEvents } from '../../src/events/append-events.ts';
import { readPlanRevisions } from '../../src/events/plan-revisions.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { resumeRun } from '../../src/queue/resume-run.ts';
import { revisePlan } from '../../src/queue/revise-plan.ts';
import { findRun } from '../../src/store/runs.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  assert.deepEqual(await listViolations(database.queue), []);
  assert.deepEqual(database.queueErrors, []);
});

const question = 'Which unit?';
const MINUTE = 60_000;

function plan(summary: string): Plan {
  const subtask = { id: '1', title: 'Do', description: 'It.', dependsOn: [], acceptanceCriteria: ['done'] };
  const asks = { openQuestions: [question], filesInScope: [], risks: [], estimateMinutes: 5 };
  return { summary, subtasks: [subtask], ...asks };
}

/** The worker of a queued run proposes a plan and parks it, as the pipeline does. */
async function propose(runId: string, made: Plan, revision: number): Promise<string> {
  const claim = (await claimAll(database.queue)).find(({ run }) => run.id === runId);
  if (!claim) throw new Error('the run was not claimed');
  const hash = planHash(made);
  await database.store.db
    .transaction()
    .execute((tx) =>
      appendEvents(tx, runId, [{ type: 'plan.proposed', data: { plan: made, hash, revision } }]),
    );
  const detail: WaitDetail = { reason: 'It asks.', planHash: hash, commit: null, questions: [question] };
  const waitUntil = new Date(Date.now() + MINUTE);
  await parkRun(database.queue, { runId, epoch: claim.epoch, reason: 'input', waitUntil, detail });
  return hash;
}

async function accept(): Promise<string> {
  const spec = testSpec({ plan: { mode: 'approve', model: 'scripted/model-1' } });
  return (await acceptRun(database.queue, { spec, idempotencyKey: null, by: 'test' })).run.id;
}

const feedback = (text: string) => ({ kind: 'feedback', feedback: text }) as const;

describe('a plan that waits', () => {
  it('P2: goes back to the queue with the feedback, stored with the step', async () => {
    const runId = await accept();
    const hash = await propose(runId, plan('First.'), 1);
    const remark = feedback('Smaller.');
    const run = await revisePlan(database.queue, { runId, planHash: hash, by: 'ada', remark });
    expect(run).toMatchObject({ state: 'queued', waitReason: null, waitDetail: null, recoveries: 0 });
    expect(await readPlanRevisions(database.store.db, runId)).toMatchObject([
      { revision: 1, hash, outcome: { kind: 'sent-back', by: 'ada', feedback: 'Smaller.' } },
    ]);
    await expect(
      revisePlan(database.queue, { runId, planHash: hash, by: 'ada', remark }),
    ).rejects.toMatchObject({ code: 'plan.not-waiting', fields: { state: 'queued' } });
    const second = await propose(runId, plan('Second.'), 2);
    await expect(
      revisePlan(database.queue, { runId, planHash: hash, by: 'ada', remark }),
    ).rejects.toMatchObject({ code: 'plan.other-waits', fields: { expected: second } });
    await expect(
      resumeRun(database.queue, { runId, by: 'ada', approved: { planHash: hash } }),
    ).rejects.toMatchObject({ code: 'run.wrong-plan-hash' });
  });

  it('X14: of decisions that come at once exactly one counts', async () => {
    const runId = await accept();
    const hash = await propose(runId, plan('First.'), 1);
    const said = { runId, planHash: hash };
    const answers = { kind: 'answers', answers: [{ question, answer: 'Metres' }] } as const;
    const decisions = await Promise.allSettled([
      revisePlan(database.queue, { ...said, by: 'ada', remark: feedback('Smaller.') }),
      resumeRun(database.queue, { runId, by: 'bob', approved: { planHash: hash } }),
      revisePlan(database.queue, { ...said, by: 'cyd', remark: answers }),
      revisePlan(database.queue, { ...said, by: 'dan', remark: feedback('Larger.') }),
    ]);
    expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [revision] = await readPlanRevisions(database.store.db, runId);
    expect(revision?.outcome).not.toBeNull();
    expect((await findRun(database.store.db, runId)).state).toBe('queued');
  });

  it('S2: and that nobody decides ends at its deadline; a remark that comes later changes nothing', async () => {
    const runId = await accept();
    const hash = await propose(runId, plan('First.'), 1);
    await database.shiftTime(2 * MINUTE);
    await enforceDeadlines(database.queue);
    const ended = await findRun(database.store.db, runId);
    expect([ended.state, ended.error?.code, ended.error?.fields['questions']]).toEqual([
      'timed_out',
      'plan.unanswered',
      [question],
    ]);
    const late = { runId, planHash: hash, by: 'ada', remark: feedback('Smaller.') };
    await expect(revisePlan(database.queue, late)).rejects.toMatchObject({ code: 'plan.not-waiting' });
  });
});
