import type { Run } from '../domain/run.ts';
import { isTerminal } from '../domain/run-state.ts';
import { learnFromRun } from '../lessons/learn.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Learns from a run that ended with more than one attempt. It has ended whatever becomes of this. */
export async function learn(
  { queue, lessons, onUnexpected }: Pick<ApiDependencies, 'queue' | 'lessons' | 'onUnexpected'>,
  run: Run,
  attempts: number,
): Promise<void> {
  // One attempt teaches nothing, and is what most runs have.
  if (!isTerminal(run.state) || attempts <= 1) return;
  try {
    await learnFromRun(queue.store.db, { id: run.id, repository: run.spec.repository }, lessons);
  } catch (error) {
    onUnexpected(error, `learning from run ${run.id}`);
  }
}
