import { expect } from 'vitest';
import { isTerminal } from '../../../src/domain/run-state.ts';
import { newId } from '../../../src/lib/ids.ts';
import { acceptRun } from '../../../src/queue/accept-run.ts';
import { type Claim, claimRuns } from '../../../src/queue/claim-runs.ts';
import { enforceDeadlines } from '../../../src/queue/enforce-deadlines.ts';
import { requestStop } from '../../../src/queue/request-stop.ts';
import { resumeRun } from '../../../src/queue/resume-run.ts';
import { generalLimits } from '../../../src/scheduler/admission-limits.ts';
import { admit } from '../../../src/scheduler/admit.ts';
import { findRun } from '../../../src/store/runs.ts';
import { testSpec } from '../store-testing.ts';
import { expectDone, hasRun, nodeOf, runOf, type Step, type StepKind } from './commands.ts';
import {
  beside,
  enforce,
  isHeld,
  LEASE_MS,
  leave,
  type Model,
  type ModelRun,
  own,
  queue,
  start,
  stopped,
  UNIT_MS,
} from './model.ts';
import { cutOff, reconnect, type TestNode } from './nodes.ts';

const limits = { queueMs: beside(22), runMs: beside(25), recoveries: 2 };
const repositories = ['/repositories/one', '/repositories/two', '/repositories/three'];

async function accept(step: Step): Promise<void> {
  const { model, node, pick } = step;
  const repository = repositories[pick % repositories.length] ?? '';
  const spec = testSpec({ repository, limits });
  const key = newId();
  const isFull = model.runs.filter(({ state }) => state === 'queued').length >= model.limits.queued;
  const request = { spec, idempotencyKey: key, by: 'test', maxQueued: model.limits.queued };
  const answer = await expectDone(
    acceptRun(nodeOf(step, node).queue, request),
    isFull ? 'api.queue-full' : null,
  );
  if (!answer) return;
  const fresh = { state: 'queued', epoch: 0, recoveries: 0, stop: null, reason: null } as const;
  const times = { until: 0, lease: 0, claimedAt: 0, deadline: 0, ownedMs: 0 };
  const run: ModelRun = { id: answer.run.id, key, spec, ...fresh, ...times, said: new Set() };
  model.runs.push(run);
  queue(model, run);
}

/** The answer was lost: the same ticket with the same key comes to two nodes at once. */
async function acceptAgain(step: Step): Promise<void> {
  const { key, spec, id } = runOf(step);
  const answers = await Promise.all(
    [step.node, step.other].map((index) =>
      acceptRun(nodeOf(step, index).queue, { spec, idempotencyKey: key, by: 'test', maxQueued: 0 }),
    ),
  );
  expect(answers.map(({ run, created }) => [run.id, created])).toEqual([
    [id, false],
    [id, false],
  ]);
}

function admitOn(indexes: (step: Step) => readonly number[]): StepKind['act'] {
  return async (step) => {
    const { model } = step;
    const { total: maxRuns, perRepository: maxRunsPerRepository } = model.limits;
    const rules = {
      limits: generalLimits({ maxRuns, maxRunsPerRepository }),
      node: { freePlaces: null, short: [] },
    };
    const admitted = await Promise.all(indexes(step).map((index) => admit(nodeOf(step, index).queue, rules)));
    for (const id of admitted.flat()) {
      const run = model.runs.find((one) => one.id === id);
      expect([run?.state, run && isHeld(model, run)], `admitted ${id}`).toEqual(['queued', false]);
      if (run) start(model, run);
    }
    const waits = model.runs.filter((run) => run.state === 'queued' && run.until > model.nowMs);
    expect(
      waits.filter((run) => !isHeld(model, run)),
      'nobody waits for nothing',
    ).toEqual([]);
  };
}

function claimOn(nodes: (step: Step) => readonly number[], batch: number): StepKind['act'] {
  return async (step) => {
    const { model } = step;
    const indexes = nodes(step);
    const startable = model.runs.filter(({ state }) => state === 'starting').length;
    const claimed = await Promise.all(indexes.map((index) => claim(nodeOf(step, index), batch)));
    for (const [position, claims] of claimed.entries())
      for (const one of claims) take(model, one, indexes[position] ?? 0);
    const all = claimed.flat();
    expect(all.length, 'what is admitted is taken').toBeLessThanOrEqual(startable);
    if (indexes.length === 1) expect(all.length).toBe(Math.min(batch, startable));
  };
}

let workers = 0;

function claim({ id, queue: onNode }: TestNode, batch: number): Promise<Claim[]> {
  const newWorkerId = () => {
    workers += 1;
    return `worker-${workers}`;
  };
  const workspaceOf = (runId: string) => `/workspaces/${runId}`;
  return claimRuns(onNode, { nodeId: id, batch, leaseMs: LEASE_MS, newWorkerId, workspaceOf });
}

function take(model: Model, { run: { id }, epoch, workerId }: Claim, node: number): void {
  const run = model.runs.find((one) => one.id === id);
  if (!run) throw new Error(`run ${id} was claimed and never accepted`);
  expect(run.state, `claimed ${id}`).toBe('starting');
  own(model, run);
  expect(epoch).toBe(run.epoch);
  model.claims.push({ run, epoch, node, workerId, alive: true });
}

/** All its workers die with it; its connections end, and it comes back. */
async function crashNode(step: Step): Promise<void> {
  const node = nodeOf(step, step.node);
  for (const one of step.model.claims) if (one.node === step.node) one.alive = false;
  await cutOff(step.real.cluster, node);
  await reconnect(node);
}

/** It dies somewhere in the middle of a claim: each run is taken or is not, and its worker never lives. */
async function crashWhileClaiming(step: Step): Promise<void> {
  const { model, real } = step;
  const node = nodeOf(step, step.node);
  const claiming = claim(node, 2).catch(() => []);
  await Promise.all([claiming, cutOff(real.cluster, node)]);
  await crashNode(step);
  for (const run of model.runs.filter(({ state }) => state === 'starting')) {
    const { state, epoch, owner } = await findRun(real.cluster.database.store.db, run.id);
    if (state === 'starting') continue;
    take(model, { run: { id: run.id }, epoch, workerId: owner } as unknown as Claim, step.node);
    const last = model.claims.at(-1);
    if (last) last.alive = false;
  }
}

async function stop(step: Step): Promise<void> {
  const { model } = step;
  const run = runOf(step);
  const intent = { mode: 'cancel', by: 'ada', reason: 'r', at: '' } as const;
  const asked = requestStop(nodeOf(step, step.node).queue, { runId: run.id, intent });
  await expectDone(asked, isTerminal(run.state) ? 'run.ended' : null);
  if (isTerminal(run.state) || run.stop) return;
  run.stop = 'cancel';
  if (run.state !== 'running') leave(model, run, stopped(run));
}

async function unpark(step: Step): Promise<void> {
  const { model } = step;
  const run = runOf(step);
  const isDecidable = run.state === 'waiting' && run.reason === 'approval';
  const approval = { runId: run.id, by: 'ada', approved: { planHash: 'aaa' } };
  const resumed = resumeRun(nodeOf(step, step.node).queue, approval);
  await expectDone(resumed, isDecidable ? null : 'run.not-waiting');
  if (isDecidable) queue(model, run);
}

function wait(units: number): StepKind['act'] {
  return async ({ model, real }) => {
    await real.cluster.database.shiftTime(units * UNIT_MS);
    model.nowMs += units * UNIT_MS;
  };
}

function enforceOn(indexes: (step: Step) => readonly number[]): StepKind['act'] {
  return async (step) => {
    await Promise.all(indexes(step).map((index) => enforceDeadlines(nodeOf(step, index).queue)));
    enforce(step.model);
  };
}

const one = ({ node }: Step) => [node];
const all = ({ real }: Step) => real.cluster.nodes.map((_, index) => index);

/** What people and nodes do. */
export const nodeSteps: readonly StepKind[] = [
  { name: 'accept', act: accept },
  { name: 'accept again', needs: hasRun, act: acceptAgain },
  { name: 'admit', act: admitOn(one) },
  { name: 'admit on all', act: admitOn(all) },
  { name: 'claim one', act: claimOn(one, 1) },
  { name: 'claim on all', act: claimOn(all, 2) },
  { name: 'cancel', needs: hasRun, act: stop },
  { name: 'unpark', needs: hasRun, act: unpark },
  { name: 'wait a little', act: wait(1) },
  { name: 'wait long', act: wait(8) },
  { name: 'expire', act: enforceOn(one) },
  { name: 'expire on all', act: enforceOn(all) },
  { name: 'crash of a node', act: crashNode },
  { name: 'crash while claiming', act: crashWhileClaiming },
];
