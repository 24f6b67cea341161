import type { Artifacts } from '../artifacts/file-artifacts.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { listCheckpoints } from '../store/checkpoints.ts';
import type { Store } from '../store/store.ts';

/**
 * The newest checkpoint this node can start from. The commits of a checkpoint may lie in the data folder of the node that made it, which
 * may be gone: then an earlier one counts, at the end the base commit, and the attempts after it are as if they had not been made.
 */
export async function reachableCheckpoint(
  { db }: Store,
  artifacts: Artifacts,
  run: Run,
): Promise<Checkpoint | null> {
  const all = await listCheckpoints(db, run.id);
  for (const [passedOver, checkpoint] of all.entries()) {
    const { candidate } = checkpoint;
    if (candidate && !(await artifacts.find(run.id, candidate.bundle))) continue;
    if (passedOver > 0) await warn(db, run, { from: all[0], to: checkpoint });
    return checkpoint;
  }
  const [newest] = all;
  if (!newest) return null;
  const { baseCommit } = newest;
  const start: Checkpoint = {
    stage: 'prepare',
    baseCommit,
    plan: newest.plan,
    attempts: [],
    candidate: null,
    unfinished: null,
  };
  await warn(db, run, { from: newest, to: start });
  return start;
}

async function warn(
  db: Store['db'],
  run: Run,
  { from, to }: { from: Checkpoint | undefined; to: Checkpoint },
): Promise<void> {
  const lost = (from?.attempts.length ?? 0) - to.attempts.length;
  const start = to.candidate ? `commit ${to.candidate.commit}` : `the base commit ${to.baseCommit}`;
  const message = `The last checkpoint lies on another node, which cannot be asked. The run goes on from ${start}; the ${lost} ${lost === 1 ? 'attempt' : 'attempts'} after it do not count. A folder that all nodes share (artifacts.dir) avoids this.`;
  await db
    .transaction()
    .execute((tx) =>
      appendEvents(tx, run.id, [{ type: 'run.warning', data: { code: 'checkpoint.elsewhere', message } }]),
    );
}
