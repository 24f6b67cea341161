import { isTerminal } from '../../../src/domain/run-state.ts';
import { releaseRun } from '../../../src/queue/release-run.ts';
import { requestStop } from '../../../src/queue/request-stop.ts';
import { findRun } from '../../../src/store/runs.ts';
import { type Real, type Step, type StepKind } from './commands.ts';
import { isActive, type Model, owns } from './model.ts';
import { nodeSteps } from './node-steps.ts';
import { ownerSteps } from './owner-steps.ts';

const MOST_ROUNDS = 60;
const everyday = ['wait a little', 'expire on all', 'admit on all', 'claim on all'].map(stepNamed);
const succeed = stepNamed('succeed');

/** Everybody who worked is dead, and no further fault comes: nodes and new workers do what they always do. */
export async function driveToEnd(model: Model, real: Real): Promise<void> {
  const step: Step = { model, real, node: 0, other: 1, pick: 0 };
  for (const claim of model.claims) claim.alive = false;
  for (let rounds = 0; rounds < MOST_ROUNDS && model.runs.some(isOpen); rounds++) {
    for (const kind of everyday) await kind.act(step);
    for (const claim of model.claims) {
      if (!owns(claim)) continue;
      claim.alive = true;
      await succeed.act({ ...step, pick: fromNewest(model, claim) });
    }
  }
}

/** Ends what a broken sequence left, so that the next one finds an empty system. */
export async function clearAway(model: Model, { cluster }: Real): Promise<void> {
  const { store, queue } = cluster.database;
  const intent = { mode: 'cancel', by: 'test', reason: 'over', at: '' } as const;
  for (const { id } of model.runs) {
    if (isTerminal((await findRun(store.db, id)).state)) continue;
    const { state, epoch } = await requestStop(queue, { runId: id, intent });
    if (state === 'running') await releaseRun(queue, { runId: id, epoch, cause: 'over' });
  }
}

const isOpen = (run: Model['runs'][number]) =>
  isActive(run) || run.state === 'queued' || run.state === 'waiting';

function fromNewest({ claims }: Model, claim: Model['claims'][number]): number {
  return claims
    .filter(({ alive }) => alive)
    .toReversed()
    .indexOf(claim);
}

function stepNamed(name: string): StepKind {
  const found = [...nodeSteps, ...ownerSteps].find((kind) => kind.name === name);
  if (!found) throw new Error(`there is no step ${name}`);
  return found;
}
